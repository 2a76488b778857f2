using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Ai;

/// <summary>Section <c>Ai</c>: the model that writes for all tenants that have none of their own.</summary>
public sealed class AiOptions
{
    public const string Section = "Ai";

    /// <summary>No model is asked for anybody, whatever tenants have set. Read anew while the program runs.</summary>
    public bool Off { get; set; }

    /// <summary>Beginning of the addresses of an OpenAI-compatible server, <c>http://127.0.0.1:11434/v1</c>; empty for none.</summary>
    [MaxLength(500)]
    public string Endpoint { get; set; } = "";

    [MaxLength(500)]
    public string Key { get; set; } = "";

    [MaxLength(200)]
    public string Model { get; set; } = "";

    [Range(0, 2)]
    public double Temperature { get; set; } = 0.3;

    /// <summary>For 1,000 tokens that are read.</summary>
    [Range(0, 1_000)]
    public decimal InputPrice { get; set; }

    /// <summary>For 1,000 tokens that are written.</summary>
    [Range(0, 1_000)]
    public decimal OutputPrice { get; set; }

    /// <summary>Most tokens of one tenant on one day.</summary>
    [Range(0, 1_000_000_000)]
    public long DailyTokens { get; set; } = 500_000;

    /// <summary>Most cost of one tenant on one day, in the currency of the prices.</summary>
    [Range(0, 1_000_000)]
    public decimal DailyCost { get; set; } = 20;
}
