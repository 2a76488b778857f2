using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Names of elements and attributes that an XML reader has met, at most 10,000: it keeps every one for its lifetime.</summary>
internal sealed class BoundedNames : XmlNameTable
{
    private const int Most = 10_000;
    private readonly NameTable _names = new();
    private int _count;

    public override string Add(char[] array, int offset, int length) =>
        _names.Get(array, offset, length) ?? Counted(_names.Add(array, offset, length));

    public override string Add(string array) => _names.Get(array) ?? Counted(_names.Add(array));

    public override string? Get(char[] array, int offset, int length) => _names.Get(array, offset, length);

    public override string? Get(string array) => _names.Get(array);

    private string Counted(string name) => ++_count <= Most ? name : throw Workbook.Damaged();
}
