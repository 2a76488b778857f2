namespace LeadGen.Infrastructure.Outbound;

/// <summary>The guard did not let a request out. The message is for the person who typed the address; it names no inner address.</summary>
public sealed class OutboundRefusedException(string message) : HttpRequestException(message);
