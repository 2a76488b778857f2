using System.Globalization;
using LeadGen.Pipeline.Knowledge;

namespace LeadGen.Portal.Knowledge;

/// <summary>Documents in words.</summary>
internal static class KnowledgeWords
{
    public static string Kind(DocumentKind kind) => kind switch
    {
        DocumentKind.Pdf => "PDF",
        DocumentKind.Docx => "Word",
        DocumentKind.Html => "HTML",
        DocumentKind.Markdown => "Markdown",
        _ => "Text",
    };

    public static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.CurrentCulture, $"{Math.Max(1, bytes / 1024):N0} kB")
        : string.Create(CultureInfo.CurrentCulture, $"{bytes / (double)(1 << 20):N1} MB");
}
