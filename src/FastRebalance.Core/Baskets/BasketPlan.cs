using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Baskets;

/// <summary>
/// The answer to a <see cref="BasketRequest"/>, with the proof of how good it is. Made once and filled anew for every answer; by one thread.
/// </summary>
/// <remarks>
/// The proof: for <em>any</em> prices <c>nu</c> above zero, no set of swaps through these pools brings more of the goal than
/// <c>g(nu) = sup_x (U(x) - nu x) + nu h + sum over pools max(0, arb(nu) - gas)</c>, where <c>arb</c> is the best a swap through that pool alone
/// can bring at those prices. <see cref="DualPrices"/> are the prices for which this bound is about the lowest; whoever doubts the plan
/// computes it again.
/// </remarks>
public sealed class BasketPlan
{
    private readonly BasketLeg[] _legs;

    /// <param name="assetCount">Assets of the requests.</param>
    /// <param name="maxLegs">Most legs that it can hold.</param>
    public BasketPlan(int assetCount, int maxLegs)
    {
        _legs = new BasketLeg[maxLegs];
        FinalHoldings = new UInt256[assetCount];
        DualPrices = new double[assetCount];
    }

    public BasketStatus Status { get; set; }

    /// <summary>In the order of execution: each leg sells what is held at the start or was brought by legs before it.</summary>
    public ReadOnlySpan<BasketLeg> Legs => _legs.AsSpan(0, LegCount);

    public int LegCount { get; private set; }

    /// <summary>Base units of each asset after all legs, exact.</summary>
    public UInt256[] FinalHoldings { get; }

    /// <summary>Share of the portfolio's value that one base unit of each asset is worth to the goal.</summary>
    public double[] DualPrices { get; }

    /// <summary>The goal's value of <see cref="FinalHoldings"/>, the gas of the legs taken off.</summary>
    public double Value { get; set; }

    /// <summary>What no plan exceeds, computed at <see cref="DualPrices"/>.</summary>
    public double Bound { get; set; }

    /// <summary><see cref="Bound"/> less <see cref="Value"/>, computed without losing the digits that the two have in common.</summary>
    public double Gap { get; set; }

    /// <summary>The gap that doing nothing has: what the plan is better by is this less <see cref="Gap"/>.</summary>
    public double GapOfDoingNothing { get; set; }

    /// <summary>Newton steps made.</summary>
    public int Iterations { get; set; }

    /// <summary>Hash of every number that the iterations passed through: equal for the native and the managed search.</summary>
    public ulong TraceHash { get; set; }

    /// <summary>Sum of the pools' versions that the plan was made on.</summary>
    public ulong StateVersion { get; set; }

    public void Clear()
    {
        Status = BasketStatus.Unplanned;
        LegCount = 0;
        Value = Bound = Gap = GapOfDoingNothing = 0;
        Iterations = 0;
        TraceHash = StateVersion = 0;
        Array.Clear(FinalHoldings);
        Array.Clear(DualPrices);
    }

    /// <summary>Takes over everything of a plan made for as many assets and legs.</summary>
    /// <exception cref="ArgumentException">This one has room for less.</exception>
    public void CopyFrom(BasketPlan other)
    {
        other.Legs.CopyTo(_legs);
        LegCount = other.LegCount;
        Status = other.Status;
        (Value, Bound, Gap, GapOfDoingNothing) = (other.Value, other.Bound, other.Gap, other.GapOfDoingNothing);
        Iterations = other.Iterations;
        (TraceHash, StateVersion) = (other.TraceHash, other.StateVersion);
        other.FinalHoldings.AsSpan().CopyTo(FinalHoldings);
        other.DualPrices.AsSpan().CopyTo(DualPrices);
    }

    /// <summary>False when it is full.</summary>
    public bool TryAdd(in BasketLeg leg)
    {
        if (LegCount == _legs.Length)
            return false;
        _legs[LegCount++] = leg;
        return true;
    }

    public void ClearLegs() => LegCount = 0;
}
