using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class RequestPressureTests
{
    [Fact]
    public void It_is_high_from_many_requests_in_a_second_until_a_second_without()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(1));
        var pressure = new RequestPressure(clock);
        Come(RequestPressure.Many - 1);
        pressure.IsHigh.ShouldBeFalse();
        Come(1);
        pressure.IsHigh.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(1));
        pressure.IsHigh.ShouldBeTrue();
        Come(RequestPressure.Many - 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        pressure.IsHigh.ShouldBeFalse();
        Come(RequestPressure.Many);
        clock.Advance(TimeSpan.FromSeconds(2));
        pressure.IsHigh.ShouldBeFalse("nobody came in the second between");

        void Come(int requests)
        {
            for (var i = 0; i < requests; i++)
            {
                pressure.Count();
            }
        }
    }
}
