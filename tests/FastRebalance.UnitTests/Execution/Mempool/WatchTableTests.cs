using FastRebalance.Core.Assets;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution.Mempool;

public sealed class WatchTableTests
{
    [Fact]
    public void TryFind_ManyAddresses_FindsEachAndNoOther()
    {
        Random random = new(20_268);
        List<Watched> watched = [];
        for (int i = 0; i < 5_000; i++)
            watched.Add(new Watched(Any(random), (WatchedRole)(1 + i % 14), i));
        WatchTable table = new(watched);
        Assert.Equal(5_000, table.Count);
        foreach (Watched entry in watched)
        {
            Assert.True(table.TryFind(entry.Address, out WatchedRole role, out int index));
            Assert.Equal((entry.Role, entry.Index), (role, index));
        }
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 20_000; i++)
            {
                Address stranger = AnyOf(random);
                Assert.False(table.TryFind(in stranger, out _, out _));
            }
        Assert.Equal(0, watch.LeastBytes);
    }

    /// <summary>Addresses that differ in one byte alone, as vanity addresses do.</summary>
    [Fact]
    public void TryFind_NeighbouringAddresses_AreToldApart()
    {
        WatchTable table = new([.. Enumerable.Range(0, 200).Select(i => new Watched(MempoolFixture.At((byte)i), WatchedRole.Pool, i))]);
        for (int i = 0; i < 256; i++)
        {
            Assert.Equal(i < 200, table.TryFind(MempoolFixture.At((byte)i), out _, out int index));
            Assert.Equal(i < 200 ? i : 0, index);
        }
    }

    [Fact]
    public void Constructor_OneAddressWithTwoRoles_NamesIt()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new WatchTable(
            [new Watched(MempoolFixture.At(1), WatchedRole.Pool), new Watched(MempoolFixture.At(1), WatchedRole.Token)]));
        Assert.Contains(MempoolFixture.At(1).ToString(), refused.Message);
    }

    private static Address Any(Random random)
    {
        byte[] bytes = new byte[20];
        random.NextBytes(bytes);
        return new Address(bytes);
    }

    private static Address AnyOf(Random random)
    {
        Span<byte> bytes = stackalloc byte[20];
        random.NextBytes(bytes);
        return new Address(bytes);
    }
}
