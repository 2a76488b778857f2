namespace LeadGen.Portal.Forms.Open;

/// <summary>A page with a few words instead of a form.</summary>
/// <param name="Status">HTTP status that goes with it.</param>
/// <param name="Button">Posts to the page's own address; null without one.</param>
public sealed record FormNotice(int Status, string Title, string Text, string? Button = null)
{
    public static readonly FormNotice TooMany = new(
        StatusCodes.Status429TooManyRequests, "One moment, please", "This form was sent very often within a minute. Please wait a minute, go back, and send it again. What you typed is still there.");

    public static readonly FormNotice TooLarge = new(
        StatusCodes.Status413PayloadTooLarge, "This is too long", "What you sent is larger than a form can take. Please go back and shorten it.");

    public static readonly FormNotice Unreadable = new(
        StatusCodes.Status415UnsupportedMediaType, "This could not be read", "What was sent is not what this form sends. Please open the form again and fill it in there.");

    public static readonly FormNotice Foreign = new(
        StatusCodes.Status403Forbidden, "Not from this website", "This form cannot be sent from the website that you came from. Please open the form's own page.");

    public static readonly FormNotice Confirm = new(
        StatusCodes.Status200OK, "Please confirm", "Press the button to confirm that you filled in the form.", "Yes, it was me");

    public static readonly FormNotice Confirmed = new(StatusCodes.Status200OK, "Thank you", "Your address is confirmed. You can close this page.");

    public static readonly FormNotice Gone = new(
        StatusCodes.Status410Gone, "This link does not work any more", "It holds for seven days. Please fill in the form again to get a new one.");
}
