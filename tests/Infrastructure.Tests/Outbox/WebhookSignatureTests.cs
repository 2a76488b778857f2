using System.Text;
using LeadGen.Infrastructure.Outbox.Webhooks;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>W1 and W2: what the specification's own libraries test.</summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long At = 1614265330;
    private const string Right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
    private static readonly DateTime Now = DateTimeOffset.FromUnixTimeSeconds(At).UtcDateTime;

    [Fact]
    public void Signs_the_official_vector_to_the_byte() =>
        WebhookSignature.Sign(Id, At, Body, WebhookSecret.Key(Secret)).ShouldBe(Right);

    [Theory]
    [InlineData(Right, WebhookVerdict.Genuine)]
    [InlineData("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,x " + Right, WebhookVerdict.Genuine)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/dmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerdict.Forged)]
    [InlineData("v1,g0hM9SsE", WebhookVerdict.Forged)]
    [InlineData("v1,", WebhookVerdict.Forged)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerdict.Forged)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookVerdict.Forged)]
    [InlineData("", WebhookVerdict.HeaderMissing)]
    [InlineData(null, WebhookVerdict.HeaderMissing)]
    public void Accepts_a_right_signature_among_others_and_nothing_like_it(string? signature, WebhookVerdict expected) =>
        WebhookSignature.Verify([Secret], Id, "1614265330", signature, Body, Now).ShouldBe(expected);

    [Theory]
    [InlineData(null, "1614265330")]
    [InlineData("", "1614265330")]
    [InlineData(Id, null)]
    [InlineData(Id, "")]
    public void Refuses_without_id_or_timestamp(string? id, string? timestamp) =>
        WebhookSignature.Verify([Secret], id, timestamp, Right, Body, Now).ShouldBe(WebhookVerdict.HeaderMissing);

    [Theory]
    [InlineData("hello")]
    [InlineData("-1")]
    [InlineData("1614265330.5")]
    [InlineData("99999999999999999999")]
    public void Refuses_a_timestamp_that_is_no_number(string timestamp) =>
        WebhookSignature.Verify([Secret], Id, timestamp, Right, Body, Now).ShouldBe(WebhookVerdict.TimestampUnreadable);

    [Theory]
    [InlineData(300, WebhookVerdict.Genuine)]
    [InlineData(301, WebhookVerdict.TooOld)]
    [InlineData(-300, WebhookVerdict.Genuine)]
    [InlineData(-301, WebhookVerdict.TooNew)]
    public void Allows_clocks_to_be_five_minutes_apart_and_no_second_more(int late, WebhookVerdict expected) =>
        WebhookSignature.Verify([Secret], Id, "1614265330", Right, Body, Now.AddSeconds(late)).ShouldBe(expected);

    [Fact]
    public void Refuses_what_was_changed_by_one_byte_or_signed_with_another_secret()
    {
        byte[] changed = [.. Body];
        changed[9] ^= 1;
        WebhookSignature.Verify([Secret], Id, "1614265330", Right, changed, Now).ShouldBe(WebhookVerdict.Forged);
        WebhookSignature.Verify([WebhookSecret.Create()], Id, "1614265330", Right, Body, Now).ShouldBe(WebhookVerdict.Forged);
        WebhookSignature.Verify([WebhookSecret.Create(), Secret], Id, "1614265330", Right, Body, Now).ShouldBe(WebhookVerdict.Genuine);
    }

    [Fact]
    public void Takes_a_secret_with_or_without_its_prefix_and_refuses_an_empty_one()
    {
        WebhookSignature.Verify([Secret["whsec_".Length..]], Id, "1614265330", Right, Body, Now).ShouldBe(WebhookVerdict.Genuine);
        Should.Throw<ArgumentException>(() => WebhookSignature.Verify([""], Id, "1614265330", Right, Body, Now));
        Should.Throw<ArgumentException>(() => WebhookSignature.Verify(["whsec_!"], Id, "1614265330", Right, Body, Now));
        WebhookSecret.Key(WebhookSecret.Create()).Length.ShouldBe(32);
        WebhookSecret.Create().ShouldNotBe(WebhookSecret.Create());
    }
}
