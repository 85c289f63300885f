using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>Where the swap loop of a concentrated pool stops: an initialised tick, the end of a bitmap word, or the limit of the price.</summary>
/// <param name="Price">Square root of token 1 per token 0, Q64.96.</param>
/// <param name="Net">What passing it upwards adds to the liquidity; 0 where no tick is.</param>
public readonly record struct ConcentratedStop(UInt256 Price, Int128 Net);
