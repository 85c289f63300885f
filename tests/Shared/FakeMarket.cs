using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.MarketData;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.Tests;

/// <summary>Three assets (W 18 decimals, U 6, the numeraire, L 18) and three pairs on a <see cref="FakeChain"/>: W/U, L/W, and a thin L/U.</summary>
internal sealed class FakeMarket
{
    public static readonly AssetId W = AssetId.FromIndex(0), U = AssetId.FromIndex(1), L = AssetId.FromIndex(2);

    public FakeMarket(Address? lendingMarket = null)
    {
        Assets = [new("W", Named(1), 18), new("U", Named(2), 6), new("L", Named(3), 18)];
        Pools = NewPools();
        Setup = new PoolEventsSetup
        {
            Assets = Assets,
            Numeraire = U,
            Pools = Pools,
            Account = Named(0xaa),
            LendingMarket = lendingMarket,
            RetryPause = TimeSpan.FromMilliseconds(5),
            MaxGapBlocks = 3,
        };
        Chain.Mine(block =>
        {
            // 1 W = 2000 U; 1 W = 200 L, so 1 L = 10 U by way of W; the thin pair says 11.
            FakeChain.Sync(block, Pools[0], Tokens(100, 18), Tokens(200_000, 6), withLog: false);
            FakeChain.Sync(block, Pools[1], Tokens(100, 18), Tokens(20_000, 18), withLog: false);
            FakeChain.Sync(block, Pools[2], Tokens(1_100, 6), Tokens(100, 18), withLog: false);
            for (int i = 0; i < Assets.Count; i++)
                block.Holdings[Assets[i].Token] = Tokens(5, Assets[i].Decimals);
        });
    }

    public FakeChain Chain { get; } = new();

    public IReadOnlyList<FeedAsset> Assets { get; }

    public Pool[] Pools { get; }

    public PoolEventsSetup Setup { get; }

    public PoolEventsFeed NewFeed() => new(Chain, Setup);

    public static Pool[] NewPools() =>
    [
        NewPool(0, 1, 2, W, U),
        NewPool(1, 1, 3, W, L),
        NewPool(2, 2, 3, U, L),
    ];

    public static UInt256 Tokens(ulong whole, int decimals) => (UInt256)whole * UInt256.PowerOfTen(decimals);

    public static Address Named(byte name)
    {
        Span<byte> bytes = stackalloc byte[Address.Length];
        bytes.Clear();
        bytes[^1] = name;
        return new Address(bytes);
    }

    private static UniswapV2Pool NewPool(int index, byte token0, byte token1, AssetId asset0, AssetId asset1) =>
        new(new PoolFacts(UniswapV2Pool.KindName, Named((byte)(0x10 + index)), Named(token0), Named(token1), 3_000), PoolId.FromIndex(index), [asset0, asset1]);
}
