using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Writes the current tenant's leads as CSV, streamed; formulas are made harmless.</summary>
public sealed class Export(IDbContextFactory<TenantDb> databases)
{
    private const int Page = 1_000;
    private const int Portion = 1 << 15;

    /// <param name="output">Gets header and rows.</param>
    /// <param name="cancellationToken">Ends between pages.</param>
    /// <returns>How many leads were written.</returns>
    public Task<long> WriteAsync(TextWriter output, CancellationToken cancellationToken = default) => WriteAsync(output, (leads, _) => leads, cancellationToken);

    /// <param name="output">Gets header and rows.</param>
    /// <param name="which">Leads to write, of all.</param>
    /// <param name="cancellationToken">Ends between pages.</param>
    /// <returns>How many leads were written.</returns>
    public async Task<long> WriteAsync(
        TextWriter output, Func<IQueryable<Lead>, TenantDb, IQueryable<Lead>> which, CancellationToken cancellationToken = default)
    {
        var names = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var lead in LeadsAsync(which, cancellationToken))
        {
            names.UnionWith(lead.Custom.Keys);
        }

        var columns = LeadExport.Columns(names);

        // Gathered and sent on in portions: a browser's answer takes asynchronous writes only.
        await using var rows = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var table = new TableWriter(rows);
        LeadExport.WriteHeader(table, columns);
        long count = 0;
        await foreach (var lead in LeadsAsync(which, cancellationToken))
        {
            LeadExport.Write(table, columns, lead);
            count++;
            if (rows.GetStringBuilder().Length > Portion)
            {
                await SendAsync(rows, output, cancellationToken);
            }
        }

        await SendAsync(rows, output, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return count;
    }

    private static Task SendAsync(StringWriter rows, TextWriter output, CancellationToken cancellationToken)
    {
        var text = rows.ToString();
        rows.GetStringBuilder().Clear();
        return output.WriteAsync(text.AsMemory(), cancellationToken);
    }

    private async IAsyncEnumerable<Lead> LeadsAsync(
        Func<IQueryable<Lead>, TenantDb, IQueryable<Lead>> which,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var leads = await which(db.Leads.AsNoTracking(), db).Where(l => l.Id > last).OrderBy(l => l.Id).Take(Page).ToListAsync(cancellationToken);
            foreach (var lead in leads)
            {
                yield return lead;
            }

            if (leads.Count < Page)
            {
                yield break;
            }

            last = leads[^1].Id;
        }
    }
}
