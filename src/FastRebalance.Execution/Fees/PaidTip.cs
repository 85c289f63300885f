namespace FastRebalance.Execution.Fees;

/// <summary>What one mined transaction paid.</summary>
/// <param name="EffectiveGasPriceWei">Base fee and tip together, as its receipt says.</param>
/// <param name="TouchedOurPools">It wrote a log of a pool that this desk trades through.</param>
public readonly record struct PaidTip(ulong EffectiveGasPriceWei, bool TouchedOurPools);
