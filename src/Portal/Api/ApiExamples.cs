namespace LeadGen.Portal.Api;

/// <summary>Requests to begin with, shown in the description.</summary>
internal static class ApiExamples
{
    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["POST /leads"] = """
            {
              "email": "ada@analytical.example", "fullName": "Ada Lovelace", "jobTitle": "Head of Operations",
              "companyName": "Analytical Engines", "country": "GB", "employeeCount": 140,
              "message": "What does it cost for 140 users? Could we see a demo next week?", "source": "web", "custom": { "plan": "Gold" }
            }
            """,
        ["POST /leads/batch"] = """{ "items": [ { "email": "ada@analytical.example" }, { "companyName": "Difference Ltd", "country": "GB" } ] }""",
        ["PATCH /leads/{id}"] = """{ "jobTitle": "Chief Operating Officer", "notes": null, "custom": { "plan": "Platinum" } }""",
        ["POST /leads/search"] = """{ "text": "wants to replace the warehouse software this year", "limit": 10 }""",
        ["POST /feedback"] = """{ "email": "ada@analytical.example", "kind": "MeetingBooked", "occurredAt": "2026-01-05T10:00:00Z", "id": "calendar-4711" }""",
        ["POST /icps"] = Profile,
        ["PUT /icps/{id}"] = Profile,
        ["POST /icps/preview"] = Profile,
        ["POST /webhook-endpoints"] = Subscription,
        ["PUT /webhook-endpoints/{id}"] = Subscription,
        ["POST /deliveries/replay"] = """{ "state": "Dead", "from": "2026-01-05T00:00:00Z" }""",
        ["POST /text/intent"] = """{ "texts": [ "What does it cost for 140 users?" ] }""",
        ["POST /text/embedding"] = """{ "texts": [ "warehouse software" ] }""",
    };

    private const string Subscription = """{ "name": "Warehouse", "url": "https://events.example.com/leadgen", "events": [ "lead.scored", "lead.grade_changed" ] }""";

    private const string Profile = """
        {
          "name": "Logistics in Western Europe", "description": "Carriers and warehouses that outgrow their spreadsheets",
          "criteria": [
            { "kind": "Country", "requirement": "Must", "values": [ "NL", "BE", "DE" ] },
            { "kind": "Industry", "weight": 40, "values": [ "Logistics", "Wholesale" ] },
            { "kind": "EmployeeCount", "weight": 20, "min": 50, "max": 1000 }
          ]
        }
        """;

    public static string? Find(string method, string path) =>
        Examples.GetValueOrDefault($"{method} /{path.Replace("api/v1/", "", StringComparison.Ordinal).TrimEnd('/')}");
}
