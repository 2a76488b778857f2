namespace LeadGen.Infrastructure.Encoders;

/// <summary>The configured encoder cannot be used; the message says what to do.</summary>
public sealed class EncoderNotAvailableException(string message, Exception? cause = null) : Exception(message, cause);
