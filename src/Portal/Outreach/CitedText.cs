using LeadGen.Pipeline.Outreach;

namespace LeadGen.Portal.Outreach;

/// <summary>The words of a mail in paragraphs, its sourced sentences numbered.</summary>
public static class CitedText
{
    /// <param name="text">Plain text of the mail.</param>
    /// <param name="sentences">In their order; one that does not stand in the text any more is left out, and so is who writes: nobody doubts a signature.</param>
    public static IReadOnlyList<CitedParagraph> Of(string text, IReadOnlyList<MailSentence> sentences)
    {
        var (paragraphs, number) = (new List<CitedParagraph>(), 0);
        var open = new Queue<MailSentence>(sentences.Where(s => s.Sources.Any(o => o.Kind != SourceKind.Sender) && s.Text.Length > 0));
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var (pieces, sources, rest) = (new List<CitedPiece>(), new List<CitedSource>(), block);
            while (open.TryPeek(out var next))
            {
                var at = rest.IndexOf(next.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
                if (at < 0)
                {
                    if (text.Contains(next.Text, StringComparison.Ordinal))
                    {
                        break;
                    }

                    open.Dequeue();
                    continue;
                }

                open.Dequeue();
                number++;
                Add(pieces, rest[..at], null);
                Add(pieces, next.Text, number);
                sources.AddRange(next.Sources.Where(s => s.Kind != SourceKind.Sender).Select(s => new CitedSource(number, s)));
                rest = rest[(at + next.Text.Length)..];
            }

            Add(pieces, rest, null);
            paragraphs.Add(new CitedParagraph(pieces, sources));
        }

        return paragraphs;
    }

    private static void Add(List<CitedPiece> pieces, string text, int? number)
    {
        if (text.Length > 0)
        {
            pieces.Add(new CitedPiece(text, number));
        }
    }
}

/// <summary>A paragraph and what its sentences rest on.</summary>
public sealed record CitedParagraph(IReadOnlyList<CitedPiece> Pieces, IReadOnlyList<CitedSource> Sources);

/// <param name="Number">Of the sentence; null for words that claim nothing.</param>
public sealed record CitedPiece(string Text, int? Number);

/// <param name="Number">Of the sentence that it carries.</param>
public sealed record CitedSource(int Number, SentenceSource Source);
