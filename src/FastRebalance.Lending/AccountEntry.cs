using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>One reserve's part in an account at a time, ready to be priced: what <see cref="AccountMath"/> runs over.</summary>
public struct AccountEntry
{
    /// <summary>The balance in base units; zero where it is not used as collateral.</summary>
    public UInt256 Collateral;

    /// <summary>In base units.</summary>
    public UInt256 Debt;

    /// <summary>Base units of one whole token.</summary>
    public ulong Unit;

    /// <summary>Where its price stands in <see cref="LendingMarket.Prices"/>.</summary>
    public int PriceSlot;

    /// <summary>The account's efficiency mode is in it.</summary>
    public uint LtvBps;

    /// <summary>The account's efficiency mode is in it.</summary>
    public uint LiquidationThresholdBps;

    /// <summary>Whether it counts as collateral, even at a balance of zero.</summary>
    public bool IsCollateral;

    /// <summary>The reserve's place.</summary>
    public int Reserve;
}
