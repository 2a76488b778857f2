using System.Text;
using System.Text.Json;

namespace LeadGen.Fakes.Salesforce;

/// <summary>Bulk API 2.0: jobs that take a CSV and are done at the second look.</summary>
internal sealed class SalesforceJobs(SalesforceWrites writes)
{
    private readonly Dictionary<string, Job> jobs = [];

    private sealed class Job(string type, string operation, string? by)
    {
        public string Type => type;

        public string Operation => operation;

        public string? Field => by;

        public string State { get; set; } = "Open";

        public string Csv { get; set; } = "";

        public StringBuilder Good { get; } = new();

        public StringBuilder Bad { get; } = new();
    }

    public void Map(WebApplication app)
    {
        const string path = "/services/data/{version}/jobs/ingest";
        app.MapPost(path, (JsonElement body) =>
        {
            var id = "750" + (jobs.Count + 1).ToString("D15", System.Globalization.CultureInfo.InvariantCulture);
            var job = jobs[id] = new Job(Text(body, "object")!, Text(body, "operation")!, Text(body, "externalIdFieldName"));
            return job.Operation == "upsert" && (job.Field is null || writes.Column(job.Type, job.Field) is not { External: true })
                ? SalesforceAnswers.Error(400, "INVALIDJOB", "InvalidJob : ExternalIdFieldName must be specified")
                : Wire(id, job);
        });
        app.MapPut(path + "/{id}/batches", async (string id, HttpContext context) =>
        {
            if (jobs[id].State != "Open" || jobs[id].Csv.Length > 0 || context.Request.ContentType != "text/csv")
            {
                return SalesforceAnswers.Error(400, "INVALIDJOBSTATE", "only one upload of CSV");
            }

            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            jobs[id].Csv = await reader.ReadToEndAsync();
            return Results.StatusCode(201);
        });
        app.MapPatch(path + "/{id}", (string id, JsonElement body) =>
        {
            var (job, state) = (jobs[id], Text(body, "state")!);
            if (job.State is "JobComplete" or "Aborted" || job.State != "Open" && state != "Aborted")
            {
                return SalesforceAnswers.Error(400, "INVALIDJOBSTATE", $"a job that is {job.State} cannot become {state}");
            }

            job.State = state;
            return Wire(id, job);
        });
        app.MapGet(path + "/{id}", (string id) =>
        {
            if (!jobs.TryGetValue(id, out var job))
            {
                return SalesforceAnswers.Error(404, "NOT_FOUND", "The requested resource does not exist");
            }

            if (job.State == "InProgress")
            {
                Run(job);
                job.State = "JobComplete";
            }
            else if (job.State == "UploadComplete")
            {
                job.State = "InProgress";
            }

            return Wire(id, job);
        });
        app.MapGet(path + "/{id}/successfulResults", (string id) => Results.Text(jobs[id].Good.ToString(), "text/csv", Encoding.UTF8));
        app.MapGet(path + "/{id}/failedResults", (string id) => Results.Text(jobs[id].Bad.ToString(), "text/csv", Encoding.UTF8));
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IResult Wire(string id, Job job) => Results.Json(new
    {
        id,
        operation = job.Operation,
        @object = job.Type,
        state = job.State,
        contentType = "CSV",
        lineEnding = "LF",
        columnDelimiter = "COMMA",
        apiVersion = 66.0,
        contentUrl = $"services/data/v66.0/jobs/ingest/{id}/batches",
    });

    private void Run(Job job)
    {
        var lines = Records(job.Csv);
        var head = lines[0];
        job.Good.Append("\"sf__Id\",\"sf__Created\"," + Line(head));
        job.Bad.Append("\"sf__Id\",\"sf__Error\"," + Line(head));
        foreach (var line in lines.Skip(1))
        {
            var values = head.Zip(line).Where(p => p.Second.Length > 0 && p.First != "Id")
                .Select(p => new KeyValuePair<string, object?>(p.First, p.Second == "#N/A" ? null : writes.Typed(job.Type, p.First, p.Second)));
            var saved = JsonSerializer.SerializeToElement(job.Operation == "upsert" ? writes.Upsert(job.Type, job.Field!, values) : writes.Update(job.Type, line[head.IndexOf("Id")], values));
            if (saved.GetProperty("success").GetBoolean())
            {
                job.Good.Append($"\"{saved.GetProperty("id")}\",\"{saved.GetProperty("created").GetBoolean().ToString().ToLowerInvariant()}\"," + Line(line));
            }
            else
            {
                var error = saved.GetProperty("errors")[0];
                var fields = string.Join(',', error.GetProperty("fields").EnumerateArray().Select(f => f.GetString()));
                job.Bad.Append($"\"\",\"{error.GetProperty("statusCode")}:{error.GetProperty("message")}:{fields} --\"," + Line(line));
            }
        }
    }

    private static string Line(IEnumerable<string> values) => string.Join(",", values.Select(v => "\"" + v.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")) + "\n";

    private static List<List<string>> Records(string csv)
    {
        var (records, record, value, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < csv.Length; i++)
        {
            if (csv[i] == '"' && quoted && i + 1 < csv.Length && csv[i + 1] == '"')
            {
                value.Append(csv[++i]);
            }
            else if (csv[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && csv[i] is ',' or '\n')
            {
                record.Add(value.ToString());
                value.Clear();
                if (csv[i] == '\n')
                {
                    records.Add(record);
                    record = [];
                }
            }
            else
            {
                value.Append(csv[i]);
            }
        }

        return records;
    }
}
