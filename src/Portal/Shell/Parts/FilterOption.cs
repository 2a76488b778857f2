namespace LeadGen.Portal.Shell.Parts;

/// <summary>A value that a filter offers.</summary>
/// <param name="Value">As in the address.</param>
/// <param name="Text">As people read it.</param>
/// <param name="Count">How many leads have it, where that is known.</param>
public sealed record FilterOption(string Value, string Text, int? Count = null);
