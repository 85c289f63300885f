using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.UnitTests.Execution;

/// <summary>Three tokens and four pools between them: A-B on V3 and on V2, B-C on V3 and on V2.</summary>
internal static class World
{
    public static readonly AssetId A = AssetId.FromIndex(0);
    public static readonly AssetId B = AssetId.FromIndex(1);
    public static readonly AssetId C = AssetId.FromIndex(2);
    public static readonly PoolId V3AB = PoolId.FromIndex(0);
    public static readonly PoolId V3BC = PoolId.FromIndex(1);
    public static readonly PoolId V2AB = PoolId.FromIndex(2);
    public static readonly PoolId V2BC = PoolId.FromIndex(3);

    public static readonly Address[] Assets = [Token(0xa1), Token(0xb2), Token(0xc3)];

    public static readonly PoolFacts[] Pools =
    [
        new(UniswapV3Pool.KindName, Token(0x31), Assets[0], Assets[1], 500, 10),
        new(UniswapV3Pool.KindName, Token(0x32), Assets[1], Assets[2], 3000, 60),
        new(UniswapV2Pool.KindName, Token(0x21), Assets[0], Assets[1], 3000),
        new(UniswapV2Pool.KindName, Token(0x22), Assets[1], Assets[2], 3000),
    ];

    public static Address Token(byte last) => Address.Parse("0x00000000000000000000000000000000000000" + last.ToString("x2"));

    public static OrderLeg Leg(AssetId sell, AssetId buy, ulong amountIn, ulong minimumOut, params ReadOnlySpan<PoolId> pools) => new()
    {
        AmountIn = amountIn,
        ExpectedOut = minimumOut + 1,
        MinimumOut = minimumOut,
        Sell = sell,
        Buy = buy,
        Pool0 = pools.Length > 0 ? pools[0] : PoolId.None,
        Pool1 = pools.Length > 1 ? pools[1] : PoolId.None,
        Pool2 = pools.Length > 2 ? pools[2] : PoolId.None,
        Pool3 = pools.Length > 3 ? pools[3] : PoolId.None,
    };
}
