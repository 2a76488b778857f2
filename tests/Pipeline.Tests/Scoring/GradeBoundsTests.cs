using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class GradeBoundsTests
{
    [Theory]
    [InlineData(75, Grade.A)]
    [InlineData(74.999, Grade.B)]
    [InlineData(50, Grade.B)]
    [InlineData(25, Grade.C)]
    [InlineData(0, Grade.D)]
    public void Grades_begin_at_their_lowest_value(double value, Grade grade) =>
        new GradeBounds().GradeOf(value).ShouldBe(grade);
}
