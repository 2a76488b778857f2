using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;

namespace LeadGen.Pipeline.Intent;

/// <summary>Weights of a trained intent classifier; immutable.</summary>
public sealed class IntentModel
{
    /// <summary>Kinds, and numbers in a row of weights.</summary>
    public static readonly int Kinds = Enum.GetValues<IntentKind>().Length;

    private const string Resource = "LeadGen.Pipeline.Intent.Training.intent-use-lite-1.bin";
    private const uint Magic = 0x314E494C;

    private static readonly Lazy<IntentModel> Loaded = new(LoadDefault);

    internal IntentModel(string encoderId, IntentFeatureSpace space, float temperature, float[] bias, float[] weights)
    {
        EncoderId = encoderId;
        Space = space;
        Temperature = temperature;
        Bias = bias;
        Weights = weights;
    }

    /// <summary>The model for the encoder that comes with the program.</summary>
    public static IntentModel Default => Loaded.Value;

    /// <summary>The encoder with whose vectors it was trained; vectors of another mean nothing to it.</summary>
    public string EncoderId { get; }

    public IntentFeatureSpace Space { get; }

    /// <summary>Divides the log-odds, so that probabilities are as often right as they say; above 1 makes them more modest.</summary>
    public float Temperature { get; }

    internal float[] Bias { get; }

    /// <summary>A row of <see cref="Kinds"/> numbers for each feature.</summary>
    internal float[] Weights { get; }

    internal float Weight(int feature, IntentKind kind) => Weights[(feature * Kinds) + (int)kind];

    /// <summary>Adds a feature's row of weights, times its value, to the sums of the kinds.</summary>
    internal void AddRow(int feature, float value, Span<float> sums) =>
        TensorPrimitives.MultiplyAdd(Weights.AsSpan(feature * Kinds, Kinds), value, sums, sums);

    /// <exception cref="InvalidDataException">Not such a file, or made for another lexicon or other kinds.</exception>
    public static IntentModel Load(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() != Magic || reader.ReadInt32() != Kinds)
        {
            throw new InvalidDataException("This is no model of the intent kinds.");
        }

        var encoderId = reader.ReadString();
        var space = new IntentFeatureSpace(
            reader.ReadInt32(),
            reader.ReadInt32(),
            reader.ReadInt32(),
            reader.ReadSingle(),
            reader.ReadSingle(),
            reader.ReadSingle(),
            reader.ReadSingle());
        var temperature = reader.ReadSingle();
        var features = reader.ReadInt32();
        if (features != IntentFeatures.Count(space, IntentCues.Default))
        {
            throw new InvalidDataException("The intent model was trained with another lexicon; train it again.");
        }

        return new IntentModel(encoderId, space, temperature, ReadHalves(reader, Kinds), ReadHalves(reader, features * Kinds));
    }

    /// <summary>Writes the model; weights are kept in half precision, which halves the file.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Kinds);
        writer.Write(EncoderId);
        writer.Write(Space.Dimensions);
        writer.Write(Space.WordBuckets);
        writer.Write(Space.LetterBuckets);
        writer.Write(Space.VectorScale);
        writer.Write(Space.CueScale);
        writer.Write(Space.WordScale);
        writer.Write(Space.LetterScale);
        writer.Write(Temperature);
        writer.Write(Weights.Length / Kinds);
        WriteHalves(writer, Bias);
        WriteHalves(writer, Weights);
    }

    private static IntentModel LoadDefault()
    {
        using var stream = typeof(IntentModel).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"The program was built without {Resource}.");
        return Load(stream);
    }

    private static float[] ReadHalves(BinaryReader reader, int count)
    {
        var bytes = reader.ReadBytes(count * 2);
        if (bytes.Length < count * 2)
        {
            throw new InvalidDataException("The intent model is cut off.");
        }

        var halves = MemoryMarshal.Cast<byte, Half>(bytes);
        var numbers = new float[count];
        if (BitConverter.IsLittleEndian)
        {
            TensorPrimitives.ConvertToSingle(halves, numbers);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                numbers[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(i * 2));
            }
        }

        return numbers;
    }

    private static void WriteHalves(BinaryWriter writer, float[] numbers)
    {
        foreach (var number in numbers)
        {
            writer.Write((Half)number);
        }
    }
}
