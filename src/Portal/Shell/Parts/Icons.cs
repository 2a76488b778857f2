namespace LeadGen.Portal.Shell.Parts;

/// <summary>The line drawings, on a grid of 16 units, stroke 1.5.</summary>
internal static class Icons
{
    private static readonly Dictionary<string, string> Drawings = new(StringComparer.Ordinal)
    {
        ["alert"] = """<circle cx="8" cy="8" r="6.2"/><path d="M8 4.8v3.8M8 11.2h.01"/>""",
        ["blank"] = "",
        ["bottom"] = """<path d="M8 3v10M4 9.2 8 13l4-3.8"/>""",
        ["building"] = """<path d="M3 14V3.2A1.2 1.2 0 0 1 4.2 2h4.6A1.2 1.2 0 0 1 10 3.2V14M10 6.5h2a1 1 0 0 1 1 1V14M2 14h12M5.5 5h2M5.5 8h2M5.5 11h2"/>""",
        ["clock"] = """<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.4 1.6"/>""",
        ["columns"] = """<rect x="2" y="3" width="12" height="10" rx="1.5"/><path d="M6.2 3v10M10 3v10"/>""",
        ["copy"] = """<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.5 10.5A1 1 0 0 1 2.5 9.5V3.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1"/>""",
        ["cross"] = """<path d="m4.2 4.2 7.6 7.6M11.8 4.2 4.2 11.8"/>""",
        ["dashboard"] = """<rect x="2.2" y="2.2" width="4.9" height="5.8" rx="1.1"/><rect x="9" y="2.2" width="4.8" height="3.4" rx="1.1"/><rect x="2.2" y="10.2" width="4.9" height="3.6" rx="1.1"/><rect x="9" y="7.8" width="4.8" height="6" rx="1.1"/>""",
        ["developers"] = """<path d="M5.2 4.5 1.7 8l3.5 3.5M10.8 4.5 14.3 8l-3.5 3.5M9.2 2.8 6.8 13.2"/>""",
        ["door"] = """<path d="M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10.3 11l3-3-3-3M13 8H6.2"/>""",
        ["down"] = """<path d="m4 6.2 4 4 4-4"/>""",
        ["file"] = """<path d="M9.2 1.8H4.5A1.2 1.2 0 0 0 3.3 3v10a1.2 1.2 0 0 0 1.2 1.2h7a1.2 1.2 0 0 0 1.2-1.2V5.3zM9 2v3.5h3.5"/>""",
        ["filter"] = """<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>""",
        ["forms"] = """<rect x="2.5" y="1.8" width="11" height="12.4" rx="1.3"/><path d="M5 5h6M5 8h6M5 11.2h3"/>""",
        ["grip"] = """<path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01"/>""",
        ["icp"] = """<circle cx="8" cy="8" r="6.2"/><circle cx="8" cy="8" r="3.2"/><circle cx="8" cy="8" r=".4"/>""",
        ["imports"] = """<path d="M8 2v7.6M4.9 6.7 8 9.8l3.1-3.1M2.3 10.7v1.9A1.4 1.4 0 0 0 3.7 14h8.6a1.4 1.4 0 0 0 1.4-1.4v-1.9"/>""",
        ["intent"] = """<path d="M3.5 2.8h9a1.2 1.2 0 0 1 1.2 1.2v5.8a1.2 1.2 0 0 1-1.2 1.2H8l-3.3 2.6V11H3.5a1.2 1.2 0 0 1-1.2-1.2V4a1.2 1.2 0 0 1 1.2-1.2zM5.3 5.7h5.4M5.3 8.2h3.2"/>""",
        ["key"] = """<circle cx="5.2" cy="10.8" r="2.9"/><path d="m7.3 8.7 5.9-5.9M10.6 5.4l2.1 2.1"/>""",
        ["leads"] = """<circle cx="6" cy="5.2" r="2.5"/><path d="M1.6 13.3c0-2.5 1.9-4 4.4-4s4.4 1.5 4.4 4M10.7 2.9a2.5 2.5 0 0 1 0 4.6M12.1 9.7c1.5.5 2.4 1.8 2.4 3.6"/>""",
        ["left"] = """<path d="M9.8 4 5.8 8l4 4"/>""",
        ["link"] = """<path d="M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.8-.8"/>""",
        ["mail"] = """<rect x="2" y="3.2" width="12" height="9.6" rx="1.3"/><path d="m2.6 4.4 5.4 4.3 5.4-4.3"/>""",
        ["members"] = """<circle cx="8" cy="5.3" r="2.7"/><path d="M3 13.7c0-2.8 2.2-4.4 5-4.4s5 1.6 5 4.4"/>""",
        ["minus"] = """<path d="M4 8h8"/>""",
        ["moon"] = """<path d="M13.3 9.6A5.8 5.8 0 0 1 6.4 2.7a5.6 5.6 0 1 0 6.9 6.9z"/>""",
        ["more"] = """<circle cx="3.5" cy="8" r=".5"/><circle cx="8" cy="8" r=".5"/><circle cx="12.5" cy="8" r=".5"/>""",
        ["merge"] = """<path d="M3 2.5v2.2c0 2 1.2 3.3 3 3.3h6.5M3 13.5v-2.2c0-2 1.2-3.3 3-3.3M10 5.5 12.5 8 10 10.5"/>""",
        ["out"] = """<path d="M6.2 3.2H3.7a1 1 0 0 0-1 1v8.1a1 1 0 0 0 1 1h8.1a1 1 0 0 0 1-1V9.8M9 2.7h4.3V7M13.3 2.7 7.7 8.3"/>""",
        ["outbox"] = """<path d="M2.2 9.5v3.3h11.6V9.5M8 10.2V2.6M5 5.4l3-3 3 3"/>""",
        ["part"] = """<path d="M3.5 9.5c1.5-3 3-3 4.5-1.5s3 1.5 4.5-1.5"/>""",
        ["pencil"] = """<path d="m10.6 2.9 2.5 2.5-7.7 7.7-2.9.4.4-2.9z"/>""",
        ["person"] = """<circle cx="8" cy="5.3" r="2.7"/><path d="M3 13.7c0-2.8 2.2-4.4 5-4.4s5 1.6 5 4.4"/>""",
        ["plus"] = """<path d="M8 3.3v9.4M3.3 8h9.4"/>""",
        ["reply"] = """<path d="M6.3 4.2 2.6 7.6 6.3 11M3 7.6h6.2a4.3 4.3 0 0 1 4.3 4.3v.5"/>""",
        ["right"] = """<path d="m6.2 4 4 4-4 4"/>""",
        ["search"] = """<circle cx="7" cy="7" r="4.6"/><path d="m10.4 10.4 3.4 3.4"/>""",
        ["send"] = """<path d="M14 2 7.2 8.8M14 2 9.6 14 7.2 8.8 2 6.4z"/>""",
        ["settings"] = """<path d="M2 4.6h6.4M12.4 4.6H14M2 11.4h1.6M7.6 11.4H14"/><circle cx="10.4" cy="4.6" r="1.9"/><circle cx="5.6" cy="11.4" r="1.9"/>""",
        ["spark"] = """<path d="M8 2.3 9.5 6.5 13.7 8 9.5 9.5 8 13.7 6.5 9.5 2.3 8l4.2-1.5z"/>""",
        ["sun"] = """<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>""",
        ["sync"] = """<path d="M13.6 6.6A5.8 5.8 0 0 0 3 5M2.6 2.3V5.3h3M2.4 9.4A5.8 5.8 0 0 0 13 11M13.4 13.7v-3h-3"/>""",
        ["system"] = """<rect x="2" y="3" width="12" height="8" rx="1.2"/><path d="M6 13.7h4M8 11v2.7"/>""",
        ["table"] = """<rect x="2" y="2.8" width="12" height="10.4" rx="1.2"/><path d="M2 6.2h12M2 9.7h12M6.4 6.2v7"/>""",
        ["tag"] = """<path d="M2.5 2.5h5l6 6-5 5-6-6zM5.4 5.4h.01"/>""",
        ["tick"] = """<path d="m3.4 8.6 3 3 6.2-7.2"/>""",
        ["top"] = """<path d="M8 13V3M4 6.8 8 3l4 3.8"/>""",
        ["trash"] = """<path d="M2.8 4.3h10.4M6.2 4.3V2.8h3.6v1.5M4.2 4.3l.5 9.2h6.6l.5-9.2"/>""",
        ["trend"] = """<path d="m1.9 11.3 4-4.6 3 2.5L14 3.7M10.4 3.5H14v3.6"/>""",
        ["undo"] = """<path d="M5.2 3.2 2.5 5.9l2.7 2.7M3 5.9h6.6a3.6 3.6 0 0 1 0 7.2H6"/>""",
        ["updown"] = """<path d="m5 6.2 3-3 3 3M5 9.8l3 3 3-3"/>""",
    };

    /// <exception cref="KeyNotFoundException">No drawing has this name.</exception>
    public static string Of(string name) => Drawings[name];
}
