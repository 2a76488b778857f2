namespace LeadGen.Infrastructure.Encoders;

/// <summary>An encoder could not be downloaded; the message says why and what to do, in words for the person at the console.</summary>
public sealed class EncoderDownloadException(string message, Exception? cause = null) : Exception(message, cause);
