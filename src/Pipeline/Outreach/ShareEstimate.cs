namespace LeadGen.Pipeline.Outreach;

/// <summary>A share of few cases and how far it can be trusted: 95% confidence by Wilson's interval, which stays honest for small numbers.</summary>
/// <param name="Hits">Cases that count.</param>
/// <param name="Of">All cases.</param>
public readonly record struct ShareEstimate(int Hits, int Of)
{
    private const double Z = 1.959964;

    /// <summary>0 to 1; 0 of nothing.</summary>
    public double Share => Of == 0 ? 0 : (double)Hits / Of;

    /// <summary>The true share is hardly below this.</summary>
    public double Low => Math.Max(0, Middle - Half);

    /// <summary>The true share is hardly above this.</summary>
    public double High => Of == 0 ? 1 : Math.Min(1, Middle + Half);

    private double Middle => Of == 0 ? 0 : (Share + (Z * Z / (2 * Of))) / (1 + (Z * Z / Of));

    private double Half => Of == 0 ? 0 : Z * Math.Sqrt((Share * (1 - Share) / Of) + (Z * Z / (4.0 * Of * Of))) / (1 + (Z * Z / Of));
}
