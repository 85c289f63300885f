namespace FastRebalance.ChainTests;

/// <summary>Liquidity that a test put into a pool.</summary>
/// <param name="TickLower">Where it begins.</param>
/// <param name="TickUpper">Where it ends.</param>
/// <param name="Liquidity">How much is left of it.</param>
/// <param name="Salt">Tells it from others of the same range.</param>
public sealed record UniswapV4Position(int TickLower, int TickUpper, Int128 Liquidity, ulong Salt);
