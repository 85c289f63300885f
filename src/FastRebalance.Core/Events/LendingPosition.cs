using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Events;

/// <summary>What an account has in a lending market and owes it, of one asset, in base units with all interest of the block's time.</summary>
public struct LendingPosition
{
    public UInt256 Supplied;

    /// <summary>Rounded as the market rounds it.</summary>
    public UInt256 Borrowed;

    /// <summary>What is supplied counts against debt.</summary>
    public bool IsCollateral;
}
