using System.Text.Json;
using LeadGen.Pipeline.Outreach.Grounding;
using Microsoft.SemanticKernel;

namespace LeadGen.Infrastructure.Ai;

/// <summary>What the model is asked. The material stands in one variable, which the template engine encodes: no text in it can open a message of its own.</summary>
public static class ModelPrompt
{
    private const string Resource = "LeadGen.Infrastructure.Ai.Prompts.outreach.txt";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",

        // The template engine encodes what is encoded nowhere else; twice would only cost tokens.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Template { get; } = Read();

    /// <summary>The material as JSON.</summary>
    public static string MaterialOf(WritingMaterial material) => JsonSerializer.Serialize(
        new
        {
            material.Goal,
            material.Subject,
            Template = material.Template.Select(t => new { t.Id, t.Text }),
            Lead = material.LeadFields.Select(f => new { f.Id, f.Source.Title, f.Text }),
            Facts = material.Knowledge.Select(k => new { k.Id, k.Source.Title, k.Text }),
        },
        Json);

    /// <summary>As it goes to the model.</summary>
    public static Task<string> RenderAsync(WritingMaterial material, CancellationToken cancellationToken = default) =>
        new KernelPromptTemplateFactory().Create(new PromptTemplateConfig(Template))
            .RenderAsync(new Kernel(), new KernelArguments { ["material"] = MaterialOf(material) }, cancellationToken);

    private static string Read()
    {
        using var stream = typeof(ModelPrompt).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"The program was built without {Resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
