using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>
/// The exact state of a pool of ranges, for whoever checks our arithmetic with other arithmetic. Pure reads, of the pool's owner.
/// </summary>
public interface IConcentratedState
{
    /// <summary>Square root of units of the second asset per unit of the first, times 2^96; 0 while the pool has no price.</summary>
    UInt256 SqrtPriceX96 { get; }

    /// <summary>Liquidity of the present range.</summary>
    UInt128 Liquidity { get; }

    /// <summary>The tick as stored: after a crossing downwards one below the price's own.</summary>
    int Tick { get; }

    /// <summary>Initialised ticks; positions below count from the lowest.</summary>
    int TickCount { get; }

    int TickIndexAt(int position);

    UInt256 TickSqrtPriceX96At(int position);

    /// <summary>Change of the liquidity when the price crosses the tick upwards.</summary>
    Int128 TickNetLiquidityAt(int position);

    /// <summary>Fee on what is sold, in millionths; all of them where the pool keeps everything.</summary>
    uint FeePipsOn(AssetId sell);
}
