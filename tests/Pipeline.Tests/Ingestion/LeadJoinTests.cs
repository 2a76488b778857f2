using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public sealed class LeadJoinTests
{
    private static readonly DateTime Day = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Proposes_the_newer_value_what_is_not_empty_and_lists_united()
    {
        var first = Of("a@x.test", Day, l => (l.City, l.Phone, l.Tags) = ("Gent", "+3212345678", ["old"]));
        var second = Of("b@x.test", Day.AddDays(1), l => (l.City, l.JobTitle, l.Tags) = ("Brugge", "Director", ["new", "old"]));
        var lines = LeadJoin.Propose(first, second).ToDictionary(l => l.Field);
        lines["city"].Proposed.ShouldBe(JoinChoice.Second);
        lines["phone"].Proposed.ShouldBe(JoinChoice.First);
        lines["jobTitle"].Proposed.ShouldBe(JoinChoice.Second);
        lines["tags"].ShouldSatisfyAllConditions(l => l.Proposed.ShouldBe(JoinChoice.Both), l => l.Both.ShouldBe("old;new"));
        lines["createdAt"].Proposed.ShouldBe(JoinChoice.First, "the earliest");
        lines["email"].ShouldSatisfyAllConditions(l => l.IsFixed.ShouldBeTrue(), l => l.Proposed.ShouldBe(JoinChoice.First));
    }

    [Fact]
    public void What_a_person_edited_is_proposed_whichever_is_newer()
    {
        var first = Of("a@x.test", Day, l => (l.City, l.EditedFields) = ("Gent", ["city"]));
        var second = Of("b@x.test", Day.AddDays(1), l => l.City = "Brugge");
        LeadJoin.Propose(first, second).Single(l => l.Field == "city").Proposed.ShouldBe(JoinChoice.First);
        LeadJoin.Propose(second, first).Single(l => l.Field == "city").Proposed.ShouldBe(JoinChoice.Second);
    }

    [Fact]
    public void Choices_are_followed_kept_from_imports_and_the_other_address_is_remembered()
    {
        var first = Of("a@x.test", Day.AddDays(1), l => (l.FullName, l.FirstName, l.LastName, l.City) = ("Ann Lee", "Ann", "Lee", "Gent"));
        var second = Of("b@x.test", Day, l => (l.FullName, l.FirstName, l.LastName, l.City) = ("Anna Leeds", "Anna", "Leeds", "Brugge"));
        var changes = LeadJoin.Apply(first, second, new Dictionary<string, JoinChoice> { ["fullName"] = JoinChoice.Second, ["email"] = JoinChoice.Second });
        (first.Email, first.FirstName, first.LastName, first.FullName, first.City).ShouldBe(("a@x.test", "Anna", "Leeds", "Anna Leeds", "Gent"));
        first.Custom["otherEmail"].ShouldBe("b@x.test");
        first.EditedFields.ShouldBe(["fullName"]);
        changes.Select(c => c.Field).ShouldBe(["firstName", "lastName", "fullName", "createdAt", "custom.otherEmail"], ignoreOrder: true);
    }

    private static Lead Of(string email, DateTime updated, Action<Lead> with)
    {
        var lead = new Lead { Id = Guid.NewGuid(), IdentityKey = "e:" + email, Email = email, CreatedAt = updated, UpdatedAt = updated };
        with(lead);
        return lead;
    }
}
