using System.Diagnostics.CodeAnalysis;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Execution.Fees;

/// <summary>
/// A trade that is made because it pays, and so may wait for cheaper gas. There is no such value for a safety trade, and <see cref="GasTiming"/> takes
/// nothing else: that safety never waits is kept by the compiler.
/// </summary>
public sealed record EconomicTrade
{
    private EconomicTrade(ulong gasUsed, UInt256 delayCostPerBlockWei)
    {
        GasUsed = gasUsed;
        DelayCostPerBlockWei = delayCostPerBlockWei;
    }

    /// <summary>Gas that it is expected to use.</summary>
    public ulong GasUsed { get; }

    /// <summary>What each block of waiting costs, in wei.</summary>
    public UInt256 DelayCostPerBlockWei { get; }

    /// <returns>False for every tier but <see cref="PolicyTier.Economic"/>.</returns>
    public static bool TryCreate(PolicyTier tier, ulong gasUsed, in UInt256 delayCostPerBlockWei, [NotNullWhen(true)] out EconomicTrade? trade)
    {
        trade = tier == PolicyTier.Economic ? new EconomicTrade(gasUsed, delayCostPerBlockWei) : null;
        return trade is not null;
    }
}
