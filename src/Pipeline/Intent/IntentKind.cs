namespace LeadGen.Pipeline.Intent;

/// <summary>What the writer of a message wants. Order matters: on a tie the earlier kind wins.</summary>
public enum IntentKind
{
    /// <summary>Wants no more mail, or their data deleted.</summary>
    Unsubscribe,

    /// <summary>An automatic absence answer.</summary>
    OutOfOffice,

    /// <summary>Decided: contract, order, invoice, go-live.</summary>
    PurchaseReady,

    /// <summary>Wants to see it or to meet.</summary>
    DemoRequest,

    /// <summary>Asks for price, quote, discount, budget fit.</summary>
    PricingInquiry,

    /// <summary>Compares, shortlists, asks for references.</summary>
    Evaluation,

    /// <summary>Asks whether or how the product does something before buying.</summary>
    TechnicalQuestion,

    /// <summary>Names or brings in another person.</summary>
    Referral,

    /// <summary>Later, with or without a date.</summary>
    NotNow,

    /// <summary>No, for good.</summary>
    NotInterested,

    /// <summary>A customer with a problem or a request about what they have.</summary>
    Support,

    /// <summary>Wants a job.</summary>
    JobSeeker,

    /// <summary>Wants to sell to us.</summary>
    VendorPitch,

    /// <summary>None of these.</summary>
    Other,
}
