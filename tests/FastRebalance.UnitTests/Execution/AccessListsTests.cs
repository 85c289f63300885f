using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.UnitTests.Execution;

public sealed class AccessListsTests
{
    private static readonly Address Target = World.Token(0xee);

    [Fact]
    public void Worth_AccountsOfOthers_SaveAHundredEachAndForEachSlot()
    {
        (AccessListEntry[] entries, int saved) = AccessLists.Worth([Entry(World.Token(1), 3), Entry(World.Token(2), 0)], Target);

        Assert.Equal(2, entries.Length);
        Assert.Equal(500, saved);
    }

    [Theory]
    [InlineData(24, 0, 0)]
    [InlineData(25, 1, 100)]
    public void Worth_TheAccountThatIsCalled_OnlyWithMoreSlotsThanItCosts(int slots, int declared, int gasSaved)
    {
        (AccessListEntry[] entries, int saved) = AccessLists.Worth([Entry(Target, slots)], Target);

        Assert.Equal((declared, gasSaved), (entries.Length, saved));
    }

    private static AccessListEntry Entry(Address address, int slots) => new(address, new Hash32[slots]);
}
