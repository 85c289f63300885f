using FastRebalance.Bench.Routing;

namespace FastRebalance.UnitTests.Bench.Routing;

public sealed class AllocationTallyTests
{
    [Theory]
    [InlineData(1_000, 9, 0, 9 * 64)]
    [InlineData(1_000, 10, 10 * 64, 0)]
    [InlineData(1_000, 1_000, 1_000 * 64, 0)]
    [InlineData(5, 1, 64, 0)]
    [InlineData(1_000, 0, 0, 0)]
    public void Add_SomeCallsThatBook_CountsAsAllocatedFromOneInAHundredOn(int calls, int bookings, long allocated, long stray)
    {
        AllocationTally tally = new();
        for (int i = 0; i < calls; i++)
            tally.Add(i < bookings ? 64 : 0);
        Assert.Equal((allocated, stray), (tally.AllocatedBytes, tally.StrayBytes));
    }
}
