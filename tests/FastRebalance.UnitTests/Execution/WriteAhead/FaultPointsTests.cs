using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.WriteAhead;

public sealed class FaultPointsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("AfterArmSync:1")]
    [InlineData("kill-this-process-at:AfterArmSync")]
    [InlineData("kill-this-process-at:AfterArmSync:0")]
    [InlineData("kill-this-process-at:AfterArmSync:-1")]
    [InlineData("kill-this-process-at:None:1")]
    [InlineData("kill-this-process-at:200:1")]
    [InlineData("kill-this-process-at:Nowhere:1")]
    [InlineData("Kill-This-Process-At:AfterArmSync:1")]
    public void TryParse_AnythingLess_ArmsNothing(string? value) => Assert.False(FaultPoints.TryParse(value, out _, out _));

    [Fact]
    public void TryParse_ItsOwnValue_ReadsItBack()
    {
        foreach (FaultPoint wanted in Enum.GetValues<FaultPoint>().Where(p => p != FaultPoint.None))
        {
            Assert.True(FaultPoints.TryParse(FaultPoints.Value(wanted, 17), out FaultPoint point, out int passes));
            Assert.Equal((wanted, 17), (point, passes));
        }
    }

    [Fact]
    public void Reach_NothingArmed_Returns()
    {
        foreach (FaultPoint point in Enum.GetValues<FaultPoint>())
            FaultPoints.Reach(point);
    }
}
