using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Outreach;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>Senders and what DNS says about their domain; DNS is the test's own.</summary>
public sealed class SenderTests(PostgresServer postgres)
{
    private readonly Dictionary<string, IReadOnlyList<string>?> dns = new(StringComparer.OrdinalIgnoreCase);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_domain_passes_once_its_records_are_there_and_the_missing_ones_are_named()
    {
        await using var post = await PostAsync();
        await post.AskAsync<SenderEditing, bool>(e => e.MakeKeyAsync(post.Sender.Id, Ct));
        var check = (await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct)))!;
        check.Passed.ShouldBeFalse();
        check.Lines.Select(l => (l.Name, l.Verdict)).ShouldBe([("SPF", DomainVerdict.Missing), ("DKIM", DomainVerdict.Missing), ("DMARC", DomainVerdict.Missing)]);
        foreach (var record in check.Lines.Select(l => l.Record!))
        {
            dns[record.Name] = [.. dns.GetValueOrDefault(record.Name) ?? [], record.Value];
        }

        check = (await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct)))!;
        check.Passed.ShouldBeTrue(string.Join('\n', check.Lines));
        check.Lines[2].Verdict.ShouldBe(DomainVerdict.Weak, "p=none only watches");
        (await post.SenderAsync()).Check!.Passed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("v=spf1 include:_spf.mail.example ~all", DomainVerdict.Passed)]
    [InlineData("v=spf1 ip4:192.0.2.1 ~all", DomainVerdict.Weak)]
    [InlineData("v=spf1 +all", DomainVerdict.Weak)]
    [InlineData("v=spf1 a:127.0.0.1 include:a include:b include:c include:d include:e include:f include:g include:h include:i include:j ~all", DomainVerdict.Missing)]
    public async Task An_spf_record_is_read(string record, DomainVerdict verdict)
    {
        await using var post = await PostAsync();
        dns["fernhill.example"] = ["something else", record];
        (await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct)))!.Lines[0].Verdict.ShouldBe(verdict);
        dns["fernhill.example"] = [record, record];
        (await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct)))!.Lines[0].Text.ShouldContain("2 SPF records");
        dns["fernhill.example"] = null;
        (await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct)))!.Lines[0].Text.ShouldContain("no answer");
    }

    [Fact]
    public async Task A_new_key_takes_over_only_when_its_record_is_there()
    {
        await using var post = await PostAsync();
        await post.AskAsync<SenderEditing, bool>(e => e.MakeKeyAsync(post.Sender.Id, Ct));
        var first = (await post.SenderAsync()).Dkim!;
        await post.AskAsync<SenderEditing, bool>(e => e.MakeKeyAsync(post.Sender.Id, Ct));
        await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct));
        var sender = await post.SenderAsync();
        sender.Dkim.ShouldBe(first);
        sender.NextDkim!.Selector.ShouldNotBe(first.Selector);
        dns[DkimKeys.RecordOf(sender.NextDkim).Name] = [DkimKeys.RecordOf(sender.NextDkim).Value];
        await post.AskAsync<SenderEditing, DomainCheck?>(e => e.CheckAsync(post.Sender.Id, Ct));
        var after = await post.SenderAsync();
        (after.Dkim, after.NextDkim).ShouldBe((sender.NextDkim, null));
        first.PrivateKey.ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public async Task What_is_wrong_with_a_sender_stands_at_its_field_and_a_password_stays_with_its_server()
    {
        await using var post = await PostAsync();
        var (none, problems) = await post.AskAsync<SenderEditing, (Sender?, IReadOnlyDictionary<string, string>)>(
            e => e.SaveAsync(null, new SenderFields { Name = "A\r\nB", Email = "nobody", Host = "10.0.0.1", Port = 0, DailyCap = 0 }, Ct));
        none.ShouldBeNull();
        problems.Keys.ShouldBe(["Name", "Email", "PostalAddress", "Port", "DailyCap", "Host"], ignoreOrder: true);
        problems["Host"].ShouldContain("Outbound:AllowedNetworks");

        var fields = new SenderFields { Name = "Bo", Email = "Bo@Other.example", PostalAddress = Post.Postal, Host = "127.0.0.1", User = "bo", Password = "secret" };
        var (made, _) = await post.AskAsync<SenderEditing, (Sender?, IReadOnlyDictionary<string, string>)>(e => e.SaveAsync(null, fields, Ct));
        made!.Email.ShouldBe("bo@other.example");
        made.Server!.Password!.ShouldNotContain("secret");
        (made, _) = await post.AskAsync<SenderEditing, (Sender?, IReadOnlyDictionary<string, string>)>(e => e.SaveAsync(made!.Id, fields with { Password = "", Revision = made.Revision }, Ct));
        made!.Server!.Password.ShouldNotBeNull();
        (made, _) = await post.AskAsync<SenderEditing, (Sender?, IReadOnlyDictionary<string, string>)>(
            e => e.SaveAsync(made!.Id, fields with { Password = "", Host = "127.0.0.2", Revision = made.Revision }, Ct));
        made!.Server!.Password.ShouldBeNull("it is not given to another server");
        var (stale, why) = await post.AskAsync<SenderEditing, (Sender?, IReadOnlyDictionary<string, string>)>(e => e.SaveAsync(made!.Id, fields with { Revision = 1 }, Ct));
        stale.ShouldBeNull();
        why[""].ShouldContain("meanwhile");
    }

    private Task<Post> PostAsync() => Post.CreateAsync(
        DataProvider.Sqlite, postgres, 2525, s => s.AddSingleton<TxtLookup>((name, _) => Task.FromResult(dns.TryGetValue(name, out var texts) ? texts : [])));
}
