using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>What messages mean at the moment of delivery: records to push, and messages that need no call.</summary>
internal sealed record CrmPlan(Integration Integration, IReadOnlyList<CrmItem> Items, IReadOnlyList<DeliveryResult> Settled)
{
    /// <summary>The CRM's value counts: ours is sent only once theirs is known.</summary>
    public static bool WaitsForTheirs(CrmFieldMapping mapping) => mapping is { Direction: CrmDirection.Both, Wins: CrmSide.Theirs, OfCompany: false };

    public static async Task<CrmPlan> MakeAsync(
        TenantDb db, Integration integration, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var ids = messages.Select(m => m.LeadId).OfType<Guid>().ToList();
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellationToken);
        var through = await db.Leads.Where(l => ids.Contains(l.Id)).Through(integration.Rules).Select(l => l.Id).ToHashSetAsync(cancellationToken);
        var links = await db.CrmLinks.AsNoTracking().Where(l => l.IntegrationId == integration.Id && ids.Contains(l.LeadId))
            .ToDictionaryAsync(l => l.LeadId, cancellationToken);
        var (items, settled) = (new List<CrmItem>(), new List<DeliveryResult>());
        foreach (var message in messages)
        {
            if (message.LeadId is not { } id || leads.GetValueOrDefault(id) is not { } lead)
            {
                settled.Add(new DeliveryResult(message.Id, DeliveryVerdict.Dropped) { Error = "The lead is not there any more." });
                continue;
            }

            var link = links.GetValueOrDefault(id);
            if (link is { Deleted: true })
            {
                settled.Add(new DeliveryResult(message.Id, DeliveryVerdict.Dropped) { Error = "The record was deleted in the CRM." });
            }
            else if (link is null && !through.Contains(id))
            {
                settled.Add(new DeliveryResult(message.Id, DeliveryVerdict.Dropped) { Error = "The rules do not let this lead through any more." });
            }
            else if (Item(integration, message.Id, lead, link) is { } item)
            {
                items.Add(item);
            }
            else
            {
                settled.Add(new DeliveryResult(message.Id, DeliveryVerdict.Delivered) { Response = "Nothing had changed since the last time, so nothing was sent." });
            }
        }

        return new CrmPlan(integration, items, settled);
    }

    /// <summary>With all values that go there, sent or not.</summary>
    internal static CrmRecord Whole(Integration integration, Lead lead, CrmLink? link)
    {
        var (person, company) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var mapping in integration.Mapping.Where(CrmValues.Pushes))
        {
            (mapping.OfCompany ? company : person)[mapping.Remote] = CrmValues.Out(mapping, lead);
        }

        return new CrmRecord(lead.Id, link?.RemoteId, link?.RemoteCompanyId, lead.Email, person, company);
    }

    /// <returns>Null when everything that would be sent stands there already.</returns>
    internal static CrmItem? Item(Integration integration, Guid message, Lead lead, CrmLink? link)
    {
        var (person, company, values) = (new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
        var known = link?.Shared ?? [];
        foreach (var mapping in integration.Mapping.Where(CrmValues.Pushes))
        {
            var (key, value) = (CrmValues.Key(mapping), CrmValues.Out(mapping, lead));
            var shared = known.GetValueOrDefault(key);
            if (link is null && WaitsForTheirs(mapping) && mapping.Field != "email" || value == (shared ?? ""))
            {
                continue;
            }

            values[key] = value;
            (mapping.OfCompany ? company : person)[mapping.Remote] = value;
        }

        // Who keeps no record of ours gets the whole each time.
        if (integration.Kind == CrmKind.Webhook && values.Count > 0)
        {
            foreach (var mapping in integration.Mapping.Where(CrmValues.Pushes))
            {
                (mapping.OfCompany ? company : person)[mapping.Remote] = CrmValues.Out(mapping, lead);
            }
        }

        // A company that is not known there yet is told of as a whole.
        if (link?.RemoteCompanyId is null && (company.Count > 0 || link is null))
        {
            foreach (var mapping in integration.Mapping.Where(m => m.OfCompany && CrmValues.Pushes(m)))
            {
                if (CrmValues.Out(mapping, lead) is { Length: > 0 } value)
                {
                    company[mapping.Remote] = value;
                }
            }
        }

        return values.Count == 0 && link is not null
            ? null
            : new CrmItem(message, lead, new CrmRecord(lead.Id, link?.RemoteId, link?.RemoteCompanyId, lead.Email, person, company) { MessageId = message }, values);
    }
}

/// <summary>A record to push.</summary>
/// <param name="Values">What is shared by it, by key of <see cref="CrmLink.Shared"/>.</param>
internal sealed record CrmItem(Guid Message, Lead Lead, CrmRecord Record, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>For the people who look at deliveries.</summary>
    public string Describe() => JsonSerializer.Serialize(
        new { person = Record.Person, company = Record.Company }, StoredJson.Options);
}
