using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Forms;

/// <summary>What was sent through the current tenant's forms.</summary>
public sealed class FormSubmissions(IDbContextFactory<TenantDb> databases, TenantWrites writes, FormTaking taking)
{
    private const int Page = 1_000;

    /// <summary>Newest first.</summary>
    /// <param name="state">Null for all.</param>
    /// <param name="most">Lines wanted; one more is read by the caller to know whether there are more.</param>
    public async Task<IReadOnlyList<FormSubmission>> ListAsync(
        Guid formId, SubmissionState? state, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Submissions.AsNoTracking().Where(s => s.FormId == formId && (state == null || s.State == state))
            .OrderByDescending(s => s.At).ThenByDescending(s => s.Id).Take(most).ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<SubmissionState, int>> CountAsync(Guid formId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Submissions.Where(s => s.FormId == formId).GroupBy(s => s.State)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
    }

    /// <summary>A person says that it is no spam: it goes the way that it would have gone.</summary>
    /// <returns>What it is now; null when it is not there or was no spam any more.</returns>
    public Task<FormSubmission?> TakeAsync(Guid id, string linkBase, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var submission = await db.Submissions.Where(s => s.Id == id && s.State == SubmissionState.Spam).ForUpdate().SingleOrDefaultAsync(ct);
            var form = submission is null ? null : await db.Forms.AsNoTracking().SingleOrDefaultAsync(f => f.Id == submission.FormId, ct);
            if (submission is null || form is null)
            {
                return null;
            }

            await taking.AcceptAsync(db, form.Live ?? form.Draft, submission, linkBase, ct);
            await db.SaveChangesAsync(ct);
            return submission;
        },
        cancellationToken);

    /// <summary>Writes all submissions of a form as CSV; formulas are made harmless.</summary>
    /// <param name="say">A state in words.</param>
    public async Task WriteAsync(Guid formId, TextWriter output, Func<SubmissionState, string> say, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = db.Submissions.AsNoTracking().Where(s => s.FormId == formId).OrderBy(s => s.At).ThenBy(s => s.Id);
        var (fields, origins) = (new SortedSet<string>(StringComparer.OrdinalIgnoreCase), new SortedSet<string>(StringComparer.OrdinalIgnoreCase));
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            fields.UnionWith(row.Values.Keys);
            origins.UnionWith(row.Origin.Keys);
        }

        await using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var table = new TableWriter(text);
        table.Write([new("submittedAt"), new("state"), new("reason"), new("leadId"), .. fields.Select(f => new TableCell(f)), .. origins.Select(o => new TableCell("origin." + o))]);
        var count = 0;
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            table.Write(
            [
                new(row.At.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)), new(say(row.State)), new(row.Reason), new(row.LeadId?.ToString()),
                .. fields.Select(f => new TableCell(row.Values.GetValueOrDefault(f))), .. origins.Select(o => new TableCell(row.Origin.GetValueOrDefault(o))),
            ]);
            if (++count % Page == 0)
            {
                await SendAsync(text, output, cancellationToken);
            }
        }

        await SendAsync(text, output, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private static Task SendAsync(StringWriter text, TextWriter output, CancellationToken cancellationToken)
    {
        var portion = text.ToString();
        text.GetStringBuilder().Clear();
        return output.WriteAsync(portion.AsMemory(), cancellationToken);
    }
}
