using System.Text.Json.Nodes;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <param name="Id">Theirs; null when refused.</param>
/// <param name="Error">In plain words.</param>
/// <param name="IsGone">It was deleted there.</param>
internal sealed record SalesforceSaved(string? Id, string? Error, bool IsGone = false);

/// <summary>Saves up to 200 records in a call, each for itself.</summary>
/// <remarks>
/// REST API Developer Guide, "Upsert Records Using sObject Collections" (<c>PATCH composite/sobjects/{object}/{field}</c>, no ids in it),
/// "Update Multiple Records" (<c>PATCH composite/sobjects</c>, <c>id</c> in each) and "Create Multiple Records" (<c>POST</c>): results in the
/// order of the records; with <c>allOrNone</c> false a bad one rejects no other, but one that cannot be read at all rejects the call.
/// </remarks>
internal sealed class SalesforceCollections(SalesforceSession session)
{
    private const int LockedTries = 3;
    private const int MostSplits = 40;
    private static readonly TimeSpan LockedWait = TimeSpan.FromMilliseconds(250);
    private int splits;

    /// <param name="method">PATCH or POST.</param>
    /// <param name="path">Below the version.</param>
    /// <param name="records">Each with <c>attributes</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CrmException">The call failed; or rows stayed locked by somebody else, so that the whole should be tried again.</exception>
    public async Task<SalesforceSaved[]> SaveAsync(HttpMethod method, string path, IReadOnlyList<JsonObject> records, CancellationToken cancellationToken)
    {
        var saved = new SalesforceSaved[records.Count];
        var open = Enumerable.Range(0, records.Count).ToList();
        for (var tries = 1; open.Count > 0; tries++)
        {
            var locked = new List<int>();
            foreach (var part in open.Chunk(SalesforceApi.Most))
            {
                await SaveAsync(method, path, records, part, saved, locked, cancellationToken).ConfigureAwait(false);
            }

            if (locked.Count > 0 && tries == LockedTries)
            {
                throw new CrmException(CrmTrouble.Unavailable, $"{locked.Count} records are being changed by somebody else in Salesforce just now.");
            }

            if (locked.Count > 0)
            {
                await Task.Delay(LockedWait * tries, session.Time, cancellationToken).ConfigureAwait(false);
            }

            open = locked;
        }

        return saved;
    }

    private async Task SaveAsync(
        HttpMethod method, string path, IReadOnlyList<JsonObject> records, int[] part, SalesforceSaved[] saved, List<int> locked, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["allOrNone"] = false, ["records"] = new JsonArray([.. part.Select(i => records[i].DeepClone())]) };
        var answer = await session.TryAsync(method, SalesforceApi.Data + path, () => VendorWire.Body(body), cancellationToken).ConfigureAwait(false);
        if ((int)answer.Status == 400 && answer.TryJson() is { IsArray: true } refusal && SalesforceErrors.Code(refusal) != "REQUEST_LIMIT_EXCEEDED")
        {
            if (part.Length == 1 || ++splits > MostSplits)
            {
                foreach (var i in part)
                {
                    saved[i] = new SalesforceSaved(null, SalesforceErrors.Plain(refusal.Items.FirstOrDefault()));
                }

                return;
            }

            var half = part.Length / 2;
            await SaveAsync(method, path, records, part[..half], saved, locked, cancellationToken).ConfigureAwait(false);
            await SaveAsync(method, path, records, part[half..], saved, locked, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!answer.IsSuccess)
        {
            throw SalesforceErrors.Of(answer, session.Now);
        }

        var results = answer.Json.Items.ToList();
        if (results.Count != part.Length)
        {
            throw new CrmException(CrmTrouble.Unavailable, $"Salesforce answered for {results.Count} of {part.Length} records.");
        }

        for (var i = 0; i < part.Length; i++)
        {
            var result = results[i];
            var error = result["errors"].Items.FirstOrDefault();
            if (result["success"].IsTrue && SalesforceApi.IsId(result["id"].Text))
            {
                saved[part[i]] = new SalesforceSaved(result["id"].Text, null);
            }
            else if (SalesforceErrors.Code(error) == "UNABLE_TO_LOCK_ROW")
            {
                locked.Add(part[i]);
            }
            else
            {
                var text = SalesforceErrors.Plain(error);
                saved[part[i]] = new SalesforceSaved(null, text.Length > 0 ? text : "Salesforce refused the record without saying why.", SalesforceErrors.Code(error) == "ENTITY_IS_DELETED");
            }
        }
    }
}
