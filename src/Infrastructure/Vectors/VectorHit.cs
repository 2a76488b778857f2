namespace LeadGen.Infrastructure.Vectors;

/// <summary>A vector that is near to what was asked for.</summary>
/// <param name="Id">Whose vector; decides between equal scores, lower first.</param>
/// <param name="Row">Its place in the block, or in the sequence of blocks.</param>
/// <param name="Score">Dot product with the query: the cosine, where both have unit length.</param>
public readonly record struct VectorHit(Guid Id, long Row, float Score);
