using LeadGen.Infrastructure.Data;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Encoders;

/// <summary>Section <c>Encoder</c>.</summary>
public sealed class EncoderOptions
{
    public const string Section = "Encoder";

    /// <summary>Name of the encoder; empty for the one that comes with the program.</summary>
    public string? Name { get; set; }
}

/// <summary>The one encoder that this installation reads with, opened when first needed.</summary>
public static class EncoderServices
{
    public static IServiceCollection AddEncoders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EncoderOptions>().Bind(configuration.GetSection(EncoderOptions.Section));
        services.AddSingleton(s => new EncoderRegistry(s.GetRequiredService<IOptions<DataOptions>>().Value.FullPath));
        services.AddSingleton(s => s.GetRequiredService<EncoderRegistry>().Open(s.GetRequiredService<IOptions<EncoderOptions>>().Value.Name));
        services.AddSingleton<IntentModels>();
        services.AddHttpClient<EncoderDownload>();
        return services;
    }
}

/// <summary>The intent model that fits an encoder: the committed one, or one trained on the same examples and kept beside the encoder.</summary>
public sealed class IntentModels(IOptions<DataOptions> options)
{
    public IntentModel For(OnnxTextEncoder encoder)
    {
        if (IntentModel.Default.EncoderId == encoder.EncoderId)
        {
            return IntentModel.Default;
        }

        var file = Path.Combine(EncoderCatalog.FolderOf(encoder.Spec, options.Value.FullPath), $"intent-{encoder.EncoderId}.bin");
        if (!File.Exists(file))
        {
            throw new EncoderNotAvailableException(
                $"The intent classifier for {encoder.Spec.Name} has not been trained. Run: models pull {encoder.Spec.Name}");
        }

        using var stream = File.OpenRead(file);
        return IntentModel.Load(stream);
    }

    /// <summary>Trains and keeps the model for an encoder; takes a minute.</summary>
    public async Task TrainAsync(OnnxTextEncoder encoder, CancellationToken cancellationToken = default)
    {
        var model = await IntentTrainer.TrainAsync(IntentExamples.LoadLabelled(), encoder, cancellationToken: cancellationToken);
        var file = Path.Combine(EncoderCatalog.FolderOf(encoder.Spec, options.Value.FullPath), $"intent-{encoder.EncoderId}.bin");
        await using var stream = File.Create(file + ".part");
        model.Save(stream);
        await stream.DisposeAsync();
        File.Move(file + ".part", file, overwrite: true);
    }
}
