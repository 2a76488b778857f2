namespace LeadGen.Infrastructure.Vectors;

/// <summary>Some vectors one after the other, as they come from a disk.</summary>
/// <param name="Ids">One for each vector.</param>
/// <param name="Values">As many numbers for each id as the query has.</param>
public readonly record struct VectorRows(ReadOnlyMemory<Guid> Ids, ReadOnlyMemory<float> Values);
