using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Forms;

/// <summary>Limits of the public forms; section <c>Forms</c>.</summary>
public sealed class FormOptions
{
    public const string Section = "Forms";

    /// <summary>Sendings of one form from one address (IPv6: one network of 64 bits) in a minute.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Forms:PerMinuteAndAddress is a number of sendings, 1 or more.")]
    public int PerMinuteAndAddress { get; set; } = 10;

    /// <summary>Sendings of one form from everywhere in a minute.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Forms:PerMinute is a number of sendings, 1 or more.")]
    public int PerMinute { get; set; } = 300;
}
