using LeadGen.Infrastructure.Mail;

namespace LeadGen.Portal.Letters;

/// <summary>Letters in words.</summary>
internal static class LetterWords
{
    public static string Kind(string kind) => kind switch
    {
        SystemLetters.Confirm => "Confirmation",
        SystemLetters.Invitation => "Invitation",
        _ => "Notice",
    };

    public static string State(MailState state, bool pickup) => state switch
    {
        MailState.Sent => pickup ? "In the folder" : "Sent",
        MailState.Sending => "Being sent",
        MailState.Waiting => "Waiting",
        MailState.Unknown => "Unknown",
        _ => "Not sent",
    };

    public static string? Tone(MailState state) => state switch
    {
        MailState.Sent => "pine",
        MailState.Unknown => "warns",
        MailState.Failed => "red",
        _ => null,
    };

    public static bool MayGoAgain(MailState state) => state is MailState.Unknown or MailState.Failed;
}
