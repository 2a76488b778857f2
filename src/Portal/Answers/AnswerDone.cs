namespace LeadGen.Portal.Answers;

/// <summary>What came of pressing a button at an answer.</summary>
/// <param name="Notice">What was done.</param>
/// <param name="Problem">Why it was not done.</param>
/// <param name="Undo">The mail that can wait again, where it can be taken back.</param>
public sealed record AnswerDone(string? Notice, string? Problem, Guid? Undo);
