using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Fees;

/// <summary>What may be spent on gas. Wei throughout; the largest value is no limit.</summary>
public sealed record FeeLimits
{
    public const uint AllOfIt = 10_000;

    /// <summary>Share of a decision's benefit that its gas may cost at most, in basis points of it.</summary>
    public uint AlphaBps { get; init; } = AllOfIt;

    /// <summary>Most that one decision's gas may cost, whatever its benefit.</summary>
    public UInt256 MaxDecisionWei { get; init; } = UInt256.MaxValue;

    /// <summary>Most that may be burnt in one hour of the event clock.</summary>
    public UInt256 MaxHourWei { get; init; } = UInt256.MaxValue;

    /// <summary>Most that may be burnt in one day (UTC) of the event clock.</summary>
    public UInt256 MaxDayWei { get; init; } = UInt256.MaxValue;

    /// <summary>Most that all transactions of the account which may still be mined can cost together.</summary>
    public UInt256 MaxAccountWei { get; init; } = UInt256.MaxValue;

    /// <summary>Most that one decision may cost by these limits: the share of its benefit, rounded down, and never above the absolute one.</summary>
    public UInt256 OfDecision(in UInt256 benefitWei)
    {
        // Multiplied piece by piece: a benefit near 2^256 must not wrap.
        UInt256 share = benefitWei / AllOfIt * AlphaBps + Remainder(in benefitWei) * AlphaBps / AllOfIt;
        return share < MaxDecisionWei ? share : MaxDecisionWei;
    }

    private static UInt256 Remainder(in UInt256 benefitWei) => benefitWei - benefitWei / AllOfIt * AllOfIt;

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfGreaterThan(AlphaBps, AllOfIt);
}
