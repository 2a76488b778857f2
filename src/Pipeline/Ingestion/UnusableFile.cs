using System.Diagnostics.CodeAnalysis;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>The file as a whole cannot be read. The message is for the person who sent it and says what to do.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "Reads as what it says: throw new UnusableFile(…).")]
public sealed class UnusableFile(string message, Exception? inner = null) : Exception(message, inner);
