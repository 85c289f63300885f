using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;

namespace FastRebalance.UnitTests.Engine;

public class OrderTrackerTests
{
    private readonly OrderTracker _orders = new(epoch: 3);

    [Fact]
    public void Open_Twice_GivesDifferentIdsUnderTheEpoch()
    {
        ulong first = _orders.Open(1);
        ulong second = _orders.Open(2);

        Assert.NotEqual(first, second);
        Assert.Equal(3UL, first >> 40);
    }

    [Fact]
    public void IsInFlight_IncludedInALaterBlockThanTheHead_UntilThatHeadIsSeen()
    {
        ulong order = _orders.Open(1);
        _orders.OnHead(10);
        Assert.True(_orders.IsInFlight);

        Report(order, SubmitStatus.Included, block: 12);
        Assert.True(_orders.IsInFlight);
        _orders.OnHead(11);
        Assert.True(_orders.IsInFlight);
        _orders.OnHead(12);
        Assert.False(_orders.IsInFlight);
    }

    [Theory]
    [InlineData(SubmitStatus.Dropped)]
    [InlineData(SubmitStatus.NotSent)]
    public void IsInFlight_NeverMined_EndsAtOnce(SubmitStatus status)
    {
        ulong order = _orders.Open(1);

        Report(order, status);

        Assert.False(_orders.IsInFlight);
    }

    [Theory]
    [InlineData(SubmitStatus.Submitted)]
    [InlineData(SubmitStatus.Replaced)]
    [InlineData(SubmitStatus.None)]
    public void IsInFlight_StillUnderWay_GoesOn(SubmitStatus status)
    {
        ulong order = _orders.Open(1);

        Report(order, status);

        Assert.True(_orders.IsInFlight);
    }

    [Fact]
    public void IsInFlight_ReportOfAnotherOrder_ChangesNothing()
    {
        ulong order = _orders.Open(1);

        Report(order + 1, SubmitStatus.Dropped);

        Assert.True(_orders.IsInFlight);
    }

    [Fact]
    public void IsInFlight_ReorgedAfterInclusion_IsUnderWayAgain()
    {
        ulong order = _orders.Open(1);
        Report(order, SubmitStatus.Included, block: 12);
        _orders.OnHead(12);
        Assert.False(_orders.IsInFlight);

        Report(order, SubmitStatus.Reorged);
        Assert.True(_orders.IsInFlight);
        Report(order, SubmitStatus.Included, block: 13);
        _orders.OnHead(13);
        Assert.False(_orders.IsInFlight);
    }

    private void Report(ulong order, SubmitStatus status, ulong block = 0)
    {
        OrderReport report = new() { OrderId = order, Status = status, IncludedBlock = block };
        _orders.OnReport(in report);
    }
}
