using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Baskets;

/// <summary>One swap through one pool. Amounts are base units, exact on the pool states that the plan was made on.</summary>
public struct BasketLeg
{
    public UInt256 AmountIn;
    public UInt256 ExpectedOut;

    /// <summary>The leg must revert when it would bring less; the expected output less the slippage allowed, rounded up.</summary>
    public UInt256 MinimumOut;

    /// <summary>Gas that the plan counts for it.</summary>
    public uint Gas;

    public PoolId Pool;
    public AssetId Sell;
    public AssetId Buy;
}
