using System.Text.RegularExpressions;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Somebody whom an answer names in the writer's place.</summary>
/// <param name="Name">As written; null when only an address is given.</param>
/// <param name="Email">Canonical; null when only a name is given.</param>
public sealed record ReferredPerson(string? Name, string? Email);

/// <summary>Finds the colleague whom an answer names.</summary>
internal static partial class ReferralReader
{
    private const int MostCharacters = 8_000;

    private static readonly HashSet<string> Shared = new(StringComparer.Ordinal) { "info", "office", "contact", "hello", "support", "sales", "noreply", "no-reply", "privacy", "datenschutz", "kontakt" };

    /// <param name="words">Cleaned words of the answer: signatures are gone, which would name the writer.</param>
    public static ReferredPerson? Find(string words, string? from, string? lead, IReadOnlySet<string> ours)
    {
        var text = words.Length > MostCharacters ? words[..MostCharacters] : words;
        foreach (Match match in Address().Matches(text))
        {
            if (EmailAddress.TryRead(match.Value, out var email, out _) && email != from && email != lead && !ours.Contains(email) && !Shared.Contains(email.Split('@')[0]))
            {
                return new ReferredPerson(NameBefore(text[..match.Index]) ?? NameIn(text) ?? NameOf(email), email);
            }
        }

        return NameIn(text) is { } name ? new ReferredPerson(name, null) : null;
    }

    /// <summary>"Jane Doe &lt;jane@…" and "Jane Doe (jane@…".</summary>
    private static string? NameBefore(string text) => Before().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>"please contact my colleague Jane Doe".</summary>
    private static string? NameIn(string text) => After().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>jane.doe@… is Jane Doe.</summary>
    private static string? NameOf(string email)
    {
        var parts = email.Split('@')[0].Split('.', '_');
        return parts.Length == 2 && parts.All(p => p.Length > 1 && p.All(char.IsLetter))
            ? string.Join(' ', parts.Select(p => char.ToUpperInvariant(p[0]) + p[1..]))
            : null;
    }

    [GeneratedRegex(@"[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,4}")]
    private static partial Regex Address();

    [GeneratedRegex(@"(\p{Lu}[\p{L}'’-]{1,30}(?: (?:van|von|de|der|den|da|di|la))?(?: \p{Lu}[\p{L}'’-]{1,30}){1,2})[\s,:]{0,3}[<(\[]?(?:at |unter |à )?$")]
    private static partial Regex Before();

    [GeneratedRegex(@"(?:\b(?:[Cc]ontact|[Ss]peak (?:to|with)|[Tt]alk (?:to|with)|[Rr]each out to|[Ww]rite to|[Aa]sk|[Ee]mail|[Cc]olleague|[Kk]olleg(?:e|in|en)|[Hh]errn?|[Ff]rau|[Aa]n|[Cc]ontactez|[Cc]oll[eè]gue|[Cc]ontacte con|[Cc]ontatti|[Cc]ollega)\b,?\s+)(?:(?:my|our|my colleague|our|the|mein(?:en|e|er)?|unser(?:en|e|er)?|Herrn?|Frau|mon|ma|mi|Mr\.?|Ms\.?|Mrs\.?|Dr\.?|colleague|Kollegen|Kollegin|collègue|collega)\s+){0,3}(\p{Lu}[\p{L}'’-]{1,30}(?: (?:van|von|de|der|den))? \p{Lu}[\p{L}'’-]{1,30})")]
    private static partial Regex After();
}
