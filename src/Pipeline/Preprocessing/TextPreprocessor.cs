using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Stage 2: a lead's words, cleaned and understood.</summary>
/// <remarks>Holds no state: all threads may read at once, and the same lead always gives the same text.</remarks>
public static class TextPreprocessor
{
    /// <summary>Reads message, notes and profile. Never fails: fields that say nothing give empty texts.</summary>
    public static LeadText Read(Lead lead)
    {
        var message = TextCleaner.Clean(lead.Message);
        var notes = TextCleaner.Clean(lead.Notes);
        var entities = new List<TextEntity>();
        if (message.Length + notes.Length > 0)
        {
            var country = Countries.Normalize(lead.Country);
            EntityReader.Read(message, "message", lead.CreatedAt, country, entities);
            EntityReader.Read(notes, "notes", lead.CreatedAt, country, entities);
        }

        return new LeadText(
            message,
            notes,
            LeadProfile.Of(lead),
            LanguageReader.Read(message.Length > 0 ? message : notes),
            SentenceSplitter.Split(message),
            entities);
    }
}
