using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Api;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Tests.Api;

/// <summary>A4.</summary>
public sealed class RateLimitsTests
{
    private readonly Clock clock = new();

    [Fact]
    public void A_key_may_ask_as_often_as_its_quota_says_and_again_in_the_next_minute()
    {
        var limits = Limits(key: 3, tenant: 100);
        var (key, tenant) = (Guid.NewGuid(), new TenantId(Guid.NewGuid()));
        Enumerable.Range(0, 4).Select(_ => limits.Take(key, tenant).Left).ShouldBe([2, 1, 0, -1]);
        limits.Take(Guid.NewGuid(), tenant).Left.ShouldBe(2);
        clock.Now += TimeSpan.FromSeconds(60);
        limits.Take(key, tenant).Left.ShouldBe(2);
    }

    [Fact]
    public void All_keys_of_a_tenant_share_its_quota_and_no_other_tenant_feels_it()
    {
        var limits = Limits(key: 100, tenant: 3);
        var tenant = new TenantId(Guid.NewGuid());
        Enumerable.Range(0, 4).Select(_ => limits.Take(Guid.NewGuid(), tenant).Left).ShouldBe([2, 1, 0, -1]);
        limits.Take(Guid.NewGuid(), new TenantId(Guid.NewGuid())).Left.ShouldBe(2);
    }

    [Fact]
    public void The_count_begins_anew_with_the_minute()
    {
        clock.Now = DateTimeOffset.FromUnixTimeSeconds(60_045);
        Limits(1, 1).Take(Guid.NewGuid(), new TenantId(Guid.NewGuid())).Reset.ShouldBe(15);
    }

    private RateLimits Limits(int key, int tenant) =>
        new(Options.Create(new ApiOptions { RequestsPerMinute = key, TenantRequestsPerMinute = tenant }), clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(6_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
