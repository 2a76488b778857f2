using System.Runtime.InteropServices;

namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>
/// A model with BERT's inputs and output, whose hidden state of a token is its row in a table, so that every pooled vector can be
/// computed by hand. Mask and token types are added times nought: they must be there and of the right shape.
/// </summary>
internal static class BertShapedModel
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>The row of a token: no two alike, and none of zeros.</summary>
    public static float[] Row(int token, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(i => (float)Math.Sin(1 + token + (0.37 * i * (1 + (token % 7)))))];

    /// <summary>The bytes of the ONNX file.</summary>
    public static byte[] Write(int tokens, int dimensions)
    {
        var table = Enumerable.Range(0, tokens).SelectMany(token => Row(token, dimensions)).ToArray();
        var graph = new ProtobufWriter()
            .Message(1, Node("Gather", ["table", "input_ids"], "rows"))
            .Message(1, Node("Add", ["attention_mask", "token_type_ids"], "sum"))
            .Message(1, Node("Cast", ["sum"], "sum_float", ("to", Float)))
            .Message(1, Node("Mul", ["sum_float", "nought"], "noughts"))
            .Message(1, Node("Unsqueeze", ["noughts", "last_axis"], "column"))
            .Message(1, Node("Add", ["rows", "column"], "last_hidden_state"))
            .Text(2, "bert_shaped")
            .Message(5, Tensor("table", Float, [tokens, dimensions], MemoryMarshal.AsBytes(table.AsSpan())))
            .Message(5, Tensor("nought", Float, [1], MemoryMarshal.AsBytes<float>([0f])))
            .Message(5, Tensor("last_axis", Int64, [1], MemoryMarshal.AsBytes<long>([2L])))
            .Message(11, Value("input_ids", Int64, "batch", "tokens"))
            .Message(11, Value("attention_mask", Int64, "batch", "tokens"))
            .Message(11, Value("token_type_ids", Int64, "batch", "tokens"))
            .Message(12, Value("last_hidden_state", Float, "batch", "tokens", "dimensions"));
        return new ProtobufWriter()
            .Number(1, 8)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Number(2, 17))
            .ToArray();
    }

    private static ProtobufWriter Node(string operation, string[] inputs, string output, (string Name, long Value)? attribute = null)
    {
        const int IntegerAttribute = 2;
        var node = new ProtobufWriter();
        Array.ForEach(inputs, input => node.Text(1, input));
        node.Text(2, output).Text(4, operation);
        return attribute is { } a
            ? node.Message(5, new ProtobufWriter().Text(1, a.Name).Number(3, a.Value).Number(20, IntegerAttribute))
            : node;
    }

    private static ProtobufWriter Tensor(string name, int type, long[] shape, ReadOnlySpan<byte> data)
    {
        var tensor = new ProtobufWriter();
        Array.ForEach(shape, size => tensor.Number(1, size));
        return tensor.Number(2, type).Text(8, name).Bytes(9, data);
    }

    private static ProtobufWriter Value(string name, int type, params string[] shape)
    {
        var dimensions = new ProtobufWriter();
        Array.ForEach(shape, size => dimensions.Message(1, new ProtobufWriter().Text(2, size)));
        var tensor = new ProtobufWriter().Number(1, type).Message(2, dimensions);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
