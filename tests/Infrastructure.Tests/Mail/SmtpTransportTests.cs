using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbound;
using Microsoft.Extensions.Options;
using MimeKit;

namespace LeadGen.Infrastructure.Tests.Mail;

public sealed class SmtpTransportTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_arrives_with_one_header_of_each_kind_and_the_same_id_every_time()
    {
        await using var server = new MailServer();
        var letter = Letter();
        (await Transport(server).SendAsync(letter, null, Ct)).ShouldBe(MailOutcome.Sent);
        (await Transport(server).SendAsync(letter, null, Ct)).ShouldBe(MailOutcome.Sent);
        server.Commands.Where(c => c.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(["RCPT TO:<ann@acme.example>", "RCPT TO:<ann@acme.example>"]);
        server.Commands.Count(c => c.StartsWith("MAIL FROM:<portal@leads.example>", StringComparison.Ordinal)).ShouldBe(2);
        var read = server.Letters.Select(Read).ToList();
        read.Count.ShouldBe(2);
        read.ShouldAllBe(m => m.MessageId == $"{letter.Id:N}@leads.example" && m.Subject == "Bitte bestätigen" && m.TextBody!.Contains("Ja, ich war’s") && m.HtmlBody!.Contains("<b>ja</b>"));
        foreach (var name in (string[])["From", "To", "Subject", "Message-Id", "Date", "Auto-Submitted"])
        {
            read[0].Headers.Count(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).ShouldBe(1, name);
        }
    }

    [Theory]
    [InlineData("ann@acme.example\r\nRCPT TO:<eve@evil.example>", "Hello")]
    [InlineData("\"a\r\nRCPT TO:<eve@evil.example>\"@acme.example", "Hello")]
    [InlineData("ann@acme.example, eve@evil.example", "Hello")]
    [InlineData("ann@acme.example>\nRCPT TO:<eve@evil.example", "Hello")]
    [InlineData("Ann <ann@acme.example>", "Hello")]
    [InlineData("ann@acme.example\0", "Hello")]
    [InlineData("ann@acme.example", "Hello\r\nBcc: eve@evil.example")]
    [InlineData("ann@acme.example", "Hello\nX-Other: 1")]
    [InlineData("ann@acme.example", "Hello\u2028Bcc: eve@evil.example")]
    [InlineData("ann@acme.example", "Hello\u0085Bcc: eve@evil.example")]
    public async Task What_could_begin_a_line_of_its_own_never_reaches_the_line(string to, string subject)
    {
        await using var server = new MailServer();
        var outcome = await Transport(server).SendAsync(Letter() with { To = to, Subject = subject }, null, Ct);
        outcome.Verdict.ShouldBe(MailVerdict.Refused);
        server.Commands.ShouldBeEmpty();
        MailMessages.Problem(Letter() with { To = to, Subject = subject }).ShouldNotBeNull();
    }

    [Fact]
    public async Task Dots_and_commands_in_the_text_stay_text()
    {
        await using var server = new MailServer();
        await Transport(server).SendAsync(Letter() with { Text = "one\r\n.\r\nRCPT TO:<eve@evil.example>\r\n..two" }, null, Ct);
        server.Commands.Count(c => c.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(1);
        server.Letters.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("RCPT", "450 later", MailVerdict.Later)]
    [InlineData("RCPT", "550 nobody here", MailVerdict.Refused)]
    [InlineData("MAIL", "421 busy", MailVerdict.Later)]
    [InlineData("DATA", "451 later", MailVerdict.Later)]
    [InlineData("DATA", "554 no", MailVerdict.Refused)]
    [InlineData("EHLO", "", MailVerdict.Later)]
    [InlineData("RCPT", "", MailVerdict.Later)]
    public async Task What_the_server_says_before_the_text_decides(string command, string answer, MailVerdict verdict)
    {
        await using var server = new MailServer { Says = line => line.StartsWith(command, StringComparison.Ordinal) ? answer : null };
        var outcome = await Transport(server).SendAsync(Letter(), null, Ct);
        outcome.Verdict.ShouldBe(verdict);
        outcome.Error!.ShouldNotContain("acme.example");
        server.Letters.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("452 full", MailVerdict.Later)]
    [InlineData("550 unwanted", MailVerdict.Refused)]
    [InlineData("", MailVerdict.Unknown)]
    public async Task After_the_text_only_an_answer_tells_what_became_of_it(string answer, MailVerdict verdict)
    {
        await using var server = new MailServer { AfterText = answer };
        (await Transport(server).SendAsync(Letter(), null, Ct)).Verdict.ShouldBe(verdict);
    }

    [Fact]
    public async Task A_server_that_is_away_or_in_a_closed_network_is_tried_later()
    {
        var server = new MailServer();
        var transport = Transport(server);
        await server.DisposeAsync();
        (await transport.SendAsync(Letter(), null, Ct)).Verdict.ShouldBe(MailVerdict.Later);

        await using var other = new MailServer();
        var closed = await Transport(other, open: false).SendAsync(Letter(), null, Ct);
        closed.Verdict.ShouldBe(MailVerdict.Later);
        closed.Error!.ShouldContain("Outbound:AllowedNetworks");
        other.Commands.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Mail:PublicUrl", false, "https://leads.example")]
    [InlineData("Mail:Smtp:From", true, "nobody")]
    public void Wrong_options_are_named_by_their_key(string key, bool wrong, string? value = null)
    {
        var options = new MailOptions { Smtp = new SmtpOptions { Host = key.Length == 0 ? "mail.example" : null } };
        if (key == "Mail:PublicUrl")
        {
            options.PublicUrl = value;
        }
        else if (key.Length > 0)
        {
            options.Smtp.From = value!;
        }

        var problems = options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)).Select(p => p.ErrorMessage!).ToList();
        (problems.Count > 0).ShouldBe(wrong);
        problems.ShouldAllBe(p => p.StartsWith(key.Length == 0 ? "Mail:" : key, StringComparison.Ordinal));
    }

    private static MailLetter Letter() => new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), "ann@acme.example", "Bitte bestätigen", "Ja, ich war’s.\n", "<p><b>ja</b></p>");

    private static MimeMessage Read(string text) => MimeMessage.Load(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text)));

    private static SmtpTransport Transport(MailServer server, bool open = true) => new(
        Options.Create(new MailOptions
        {
            PublicUrl = "https://leads.example",
            Smtp = new SmtpOptions { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, From = "LeadGen <portal@leads.example>" },
        }),
        new OutboundGuard(Options.Create(new OutboundOptions { AllowedNetworks = open ? ["127.0.0.0/8"] : [] }), (_, _) => Task.FromResult<System.Net.IPAddress[]>([])),
        TimeProvider.System);
}
