using CsCheck;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class LeadResolutionTests
{
    private static readonly DateTime _now = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Guid _import = new("11111111-1111-1111-1111-111111111111");

    [Theory]
    [InlineData("email=ANN@acme.example|fullName=Ann", "e:ann@acme.example", "ann|acme.example")]
    [InlineData("fullName=José  Müller|companyName=Acme G.m.b.H.", "p:jose muller|acme", "jose muller|acme")]
    [InlineData("fullName=Ann Lee|companyName=Acme|companyDomain=acme.example", "p:ann lee|acme.example", "ann lee|acme.example")]
    [InlineData("companyName=The ACME Trading Co., Ltd.", "c:acme trading", null)]
    [InlineData("companyName=GmbH", "c:gmbh", null)]
    [InlineData("companyName=株式会社", "c:株式会社", null)]
    [InlineData("email=ann@gmail.com|fullName=Ann Lee", "e:ann@gmail.com", null)]
    public void Keys_are_the_address_the_person_or_the_company(string values, string identity, string? person)
    {
        var lead = Lead(values);
        (lead.IdentityKey, lead.PersonKey).ShouldBe((identity, person));
    }

    [Fact]
    public void The_same_rows_again_are_duplicates()
    {
        string[] rows = ["email=a@acme.example|jobTitle=CEO|tags=x;y|outcome=won", "fullName=Eve May|companyName=Acme", "companyName=Corp", "email=a@acme.example"];
        var first = Resolve(rows, []);
        first.Leads.Select(lead => lead.Resolution).ShouldBe([Resolution.Created, Resolution.Created, Resolution.Created, Resolution.Duplicate]);
        first.Changes.Select(change => change.Field).ShouldBe([LeadChange.Created, LeadChange.Created, LeadChange.Created]);
        first.Created.ShouldAllBe(lead => lead.ImportId == _import && lead.Version == 1);
        var again = Resolve(rows, first.Created);
        again.Leads.ShouldAllBe(lead => lead.Resolution == Resolution.Duplicate);
        again.Changes.ShouldBeEmpty();
        again.Changed.ShouldBeEmpty();
    }

    [Fact]
    public void A_person_known_without_address_gets_it_and_a_new_key()
    {
        var known = Lead("fullName=Ann Lee|companyDomain=acme.example");
        var plan = Resolve(["fullName=ann lee|email=ann@acme.example", "email=ann@acme.example|city=Bonn"], [known]);
        plan.Leads.ShouldAllBe(lead => lead.Resolution == Resolution.Merged && lead.Target == known);
        (known.IdentityKey, known.Email, known.City).ShouldBe(("e:ann@acme.example", "ann@acme.example", "Bonn"));
        plan.Changed.ShouldHaveSingleItem().ShouldBe(known);
    }

    [Fact]
    public void Two_people_of_one_name_with_addresses_stay_two()
    {
        var known = Lead("fullName=Ann Lee|email=ann@acme.example");
        Resolve(["fullName=Ann Lee|email=ann.lee@acme.example"], [known]).Leads[0].Resolution.ShouldBe(Resolution.Created);
    }

    [Fact]
    public void A_row_without_address_meets_the_person_with_one()
    {
        var known = Lead("fullName=Ann Lee|email=ann@acme.example");
        var plan = Resolve(["fullName=Ann Lee|companyDomain=acme.example|city=Bonn", "companyDomain=acme.example"], [known]);
        plan.Leads.Select(lead => lead.Resolution).ShouldBe([Resolution.Merged, Resolution.Created]);
        plan.Leads[1].Target.IdentityKey.ShouldBe("c:acme.example");
    }

    [Fact]
    public void A_merge_puts_the_lead_back_to_the_start_and_writes_history()
    {
        var known = Lead("email=a@acme.example|jobTitle=CEO");
        known.Stage = LeadStage.Scored;
        known.Attempts = 2;
        known.ClaimToken = Guid.Empty;
        var plan = Resolve(["email=a@acme.example|jobTitle=CTO"], [known]);
        (known.Stage, known.Attempts, known.ClaimToken, known.Version, known.ImportId, known.UpdatedAt)
            .ShouldBe((LeadStage.Received, 0, null, 2, _import, _now));
        var change = plan.Changes.ShouldHaveSingleItem();
        (change.Field, change.Old, change.New, change.Actor, change.ImportId).ShouldBe(("jobTitle", "CEO", "CTO", "import", _import));
    }

    [Theory]
    [InlineData(MergeMode.Update, "CTO", "Bonn", "x;y;z", "old\nnew")]
    [InlineData(MergeMode.FillEmpty, "CEO", "Bonn", "x;y", "old")]
    [InlineData(MergeMode.Skip, "CEO", null, "x;y", "old")]
    public void Modes_differ_in_what_they_replace(MergeMode mode, string title, string? city, string tags, string notes)
    {
        var known = Lead("email=a@acme.example|jobTitle=CEO|tags=x;y|notes=old");
        Resolve(["email=a@acme.example|jobTitle=CTO|city=Bonn|tags=Y;z|notes=new"], [known], mode);
        (known.JobTitle, known.City, LeadFields.Get(known, "tags"), known.Notes).ShouldBe((title, city, tags, notes));
    }

    [Fact]
    public void What_a_person_edited_is_never_overwritten()
    {
        var known = Lead("email=a@acme.example|fullName=Ann Lee|jobTitle=CEO|custom.plan=gold");
        known.EditedFields = ["jobTitle", "fullName", "custom.plan"];
        Resolve(["email=a@acme.example|firstName=Anna|lastName=L|jobTitle=CTO|custom.plan=free"], [known]).Leads[0].Resolution.ShouldBe(Resolution.Duplicate);
        (known.FirstName, known.JobTitle, known.Custom["plan"]).ShouldBe(("Ann", "CEO", "gold"));
    }

    [Fact]
    public void Times_outcomes_consent_and_domains_follow_their_own_rules()
    {
        var known = Lead("email=a@acme.example|companyDomain=acme.com|createdAt=2025-02-01|outcome=won|outcomeAt=2025-03-01|consent.basis=contract|consent.at=2025-03-01");
        Resolve(["email=a@acme.example|createdAt=2025-05-01|outcome=lost|outcomeAt=2025-02-01|consent.basis=consent|consent.at=2025-01-01"], [known])
            .Leads[0].Resolution.ShouldBe(Resolution.Duplicate);
        Resolve(["email=a@acme.example|createdAt=2025-01-01|outcome=lost|outcomeAt=2025-04-01|consent.basis=consent|consent.at=2025-04-01"], [known]);
        (known.Outcome, known.CompanyDomain, known.Consent!.Basis, known.CreatedAt.Month).ShouldBe((Outcome.Lost, "acme.com", "consent", 1));
        Resolve(["email=a@acme.example|city=Bonn"], [known]);
        known.Outcome.ShouldBe(Outcome.Lost);
    }

    [Fact]
    public void A_new_message_replaces_the_old_one_which_stays_in_the_history()
    {
        var known = Lead("email=a@acme.example|message=first");
        Resolve(["email=a@acme.example|message=second"], [known]).Changes.ShouldHaveSingleItem().Old.ShouldBe("first");
        known.Message.ShouldBe("second");
    }

    [Fact]
    public void Every_row_is_accounted_for_and_identities_stay_unique()
    {
        string[] fields = ["email=a@acme.example", "email=b@acme.example", "fullName=Ann Lee", "companyName=Acme", "companyDomain=acme.example", "city=Bonn", "city=Ulm", "email=broken"];
        var field = Gen.Int[0, fields.Length - 1].Select(i => fields[i]);
        Gen.Select(field.Array[0, 4].Array[0, 30], Gen.Enum<MergeMode>()).Sample((rows, mode) =>
        {
            var readings = rows.Select(row => Reading(string.Join('|', row.DistinctBy(part => part.Split('=')[0])))).ToList();
            var leads = readings.Select(reading => reading.Lead).OfType<Lead>().ToList();
            var half = leads.Count / 2;
            var first = LeadResolution.Resolve(leads[..half], [], mode, _now, "import", _import);
            var second = LeadResolution.Resolve(leads[half..], [.. first.Created], mode, _now, "import", _import);
            var outcomes = first.Leads.Concat(second.Leads).ToLookup(lead => lead.Resolution);
            var rejected = readings.Count(reading => reading.Lead is null);
            var stored = first.Created.Concat(second.Created).ToList();
            return outcomes[Resolution.Created].Count() + outcomes[Resolution.Merged].Count() + outcomes[Resolution.Duplicate].Count() + rejected == rows.Length
                && outcomes[Resolution.Created].Count() == stored.Count
                && stored.Select(lead => lead.IdentityKey).Distinct().Count() == stored.Count;
        });
    }

    [Fact]
    public void Reverting_deletes_what_was_created_and_puts_back_what_was_changed()
    {
        var known = Lead("fullName=Ann Lee|companyDomain=acme.example|jobTitle=CEO");
        var plan = Resolve(["fullName=Ann Lee|email=ann@acme.example|jobTitle=CTO", "email=ann@acme.example|jobTitle=CFO", "companyName=Corp"], [known]);
        var leads = plan.Changed.Concat(plan.Created).ToList();
        var revert = LeadRevert.Plan(_import, plan.Changes, leads, _now, "member:1");
        revert.Deleted.ShouldBe(plan.Created);
        revert.Changed.ShouldHaveSingleItem().ShouldBe(known);
        (known.JobTitle, known.Email, known.IdentityKey, known.Stage).ShouldBe(("CEO", null, "p:ann lee|acme.example", LeadStage.Received));
        revert.Changes.Single(change => change.Field == "jobTitle").Old.ShouldBe("CFO");
        LeadRevert.Plan(_import, [.. plan.Changes, .. revert.Changes], [known], _now, "member:1").Changed.ShouldBeEmpty();
    }

    [Fact]
    public void Reverting_leaves_what_others_did_since()
    {
        var known = Lead("email=a@acme.example|jobTitle=CEO|city=Ulm");
        var plan = Resolve(["email=a@acme.example|jobTitle=CTO|city=Bonn", "companyName=Corp", "companyName=Other"], [known]);
        known.JobTitle = "CIO";
        plan.Created[1].EditedFields.Add("city");
        var later = new LeadChange { LeadId = plan.Created[0].Id, Field = "city", New = "Rome", At = _now, Actor = "member:1" };
        var revert = LeadRevert.Plan(_import, [.. plan.Changes, later], [known, .. plan.Created], _now, "member:1");
        (known.JobTitle, known.City).ShouldBe(("CIO", "Ulm"));
        revert.Deleted.ShouldBeEmpty();
        revert.Kept.ShouldBe(plan.Created);
    }

    private static ChunkPlan Resolve(string[] rows, IReadOnlyList<Lead> existing, MergeMode mode = MergeMode.Update) =>
        LeadResolution.Resolve([.. rows.Select(Lead)], existing, mode, _now, "import", _import);

    private static Lead Lead(string values) => Reading(values).Lead!;

    private static LeadReading Reading(string values) => LeadNormalizer.Read(
        new RawLead(values.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(value => value.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1])),
        Guid.CreateVersion7(_now),
        _now);
}
