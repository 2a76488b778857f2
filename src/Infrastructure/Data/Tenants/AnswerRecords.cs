using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Where answers come in: a mailbox that is read, or an address that a mail provider calls.</summary>
public sealed class AnswerMailbox
{
    public required Guid Id { get; init; }
    public required MailboxKind Kind { get; init; }

    /// <summary>Canonical address whose mail it is.</summary>
    public required string Address { get; set; }

    /// <summary>Name or address of the IMAP server; empty for <see cref="MailboxKind.Hook"/>.</summary>
    public string Host { get; set; } = "";

    public int Port { get; set; } = 993;
    public LineSecurity Security { get; set; } = LineSecurity.Tls;
    public MailboxSignIn SignIn { get; set; }
    public string User { get; set; } = "";

    /// <summary>Passwords and tokens by name, sealed for this tenant.</summary>
    public required string Secrets { get; set; }

    public string Folder { get; set; } = "INBOX";

    /// <summary>The random part of the address that a provider calls; null where the mailbox is read.</summary>
    public string? HookKey { get; init; }

    public MailboxState State { get; set; }

    /// <summary>Why it could not be read last time, in plain words; null when all is well.</summary>
    public string? Problem { get; set; }

    /// <summary>When it was last read without a problem, or was called.</summary>
    public DateTime? LastReadAt { get; set; }

    /// <summary>When it is to be read next.</summary>
    public DateTime? NextReadAt { get; set; }

    /// <summary>Which numbering of the folder <see cref="LastUid"/> belongs to; 0 before the first reading.</summary>
    public long UidValidity { get; set; }

    /// <summary>The last mail whose row is committed.</summary>
    public long LastUid { get; set; }

    /// <summary>Who reads it now; nobody else does until <see cref="ClaimedUntil"/>.</summary>
    public Guid? ClaimToken { get; set; }

    public DateTime? ClaimedUntil { get; set; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Rises with every change by a person; one that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

public enum MailboxKind
{
    Imap,

    /// <summary>A mail provider posts each mail to us.</summary>
    Hook,
}

public enum MailboxSignIn
{
    Password,

    /// <summary>XOAUTH2 with a refresh token.</summary>
    OAuth,
}

public enum MailboxState
{
    Active,

    /// <summary>By a person: it is not read.</summary>
    Paused,

    /// <summary>Its provider took the sign-in back: it is not read before a person gives a new one, or has it tried again.</summary>
    SignedOut,
}

/// <summary>A mail that came in, one row for a Message-ID: the same mail again, through whatever mailbox, is the same row and has its effects once.</summary>
public sealed class InboundMail
{
    /// <summary>Version 7, so that ids sort by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>Through which mailbox; null once that is gone.</summary>
    public Guid? MailboxId { get; set; }

    /// <summary>See <see cref="IncomingMail.MessageId"/>; unique.</summary>
    public required string MessageId { get; init; }

    /// <summary>Canonical; null when it cannot be read.</summary>
    public string? From { get; set; }

    public string? FromName { get; set; }
    public required string Subject { get; set; }

    /// <summary>When it was written, never later than it came in.</summary>
    public required DateTime At { get; init; }

    public required DateTime ReceivedAt { get; init; }

    /// <summary>The mail itself, until it was understood.</summary>
    public IncomingMail? Content { get; set; }

    public InboundState State { get; set; }
    public int Attempts { get; set; }
    public MailKind? Kind { get; set; }

    /// <summary>What shows the kind, or what came of it, in plain words.</summary>
    public string? Why { get; set; }

    /// <summary>The writer's own words, without quoted mail and signature.</summary>
    public string Words { get; set; } = "";

    public BounceKind? Bounce { get; set; }

    /// <summary>The mail of ours that it belongs to.</summary>
    public Guid? OutreachMessageId { get; set; }

    public Guid? LeadId { get; set; }

    public IntentKind? Intent { get; set; }

    /// <summary>Calibrated probability of the intent, 0-1.</summary>
    public double? Strength { get; set; }

    public string? Evidence { get; set; }
    public AnswerStep? Step { get; set; }

    /// <summary>The day they named.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>Whom they named.</summary>
    public ReferredPerson? Referred { get; set; }

    /// <summary>The lead that was made of whom they named.</summary>
    public Guid? ReferredLeadId { get; set; }

    /// <summary>Does not stand in the list until then.</summary>
    public DateTime? SnoozedUntil { get; set; }

    public string? HandledBy { get; set; }
    public DateTime? HandledAt { get; set; }
}

public enum InboundState
{
    /// <summary>Stored, not yet understood.</summary>
    Received,

    /// <summary>Waits for a person.</summary>
    Open,

    /// <summary>A person has dealt with it.</summary>
    Done,

    /// <summary>On record; nobody has to do anything.</summary>
    Noted,
}
