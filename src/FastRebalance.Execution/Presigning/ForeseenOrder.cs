using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Presigning;

/// <summary>An order that the desk may soon decide on, in a form that can be signed now. One route of a ladder.</summary>
public sealed record ForeseenOrder
{
    public required PortfolioId Portfolio { get; init; }

    /// <summary>The tier that is expected to decide; told for the report, since fees are chosen by the tier that really decides.</summary>
    public required PolicyTier Tier { get; init; }

    /// <summary>In the order of execution, at the amount held likeliest; minimum and keep as risk would allow them there.</summary>
    public required IReadOnlyList<OrderLeg> Legs
    {
        get => LegArray;
        init => LegArray = [.. value];
    }

    /// <summary>Place among the foreseen orders, from 0 for the likeliest.</summary>
    public int Rank { get; init; }

    /// <summary>The block whose state it was foreseen on.</summary>
    public required ulong Head { get; init; }

    /// <summary>The last block in which it may be mined: a few ahead of <see cref="Head"/>, since whoever reads the signed bytes can send them.</summary>
    public required ulong MaxBlock { get; init; }

    /// <summary>The last second.</summary>
    public required long DeadlineUnixSeconds { get; init; }

    /// <summary>Gas limit of every rung of this route.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>What the transaction declares to be touched; empty for none.</summary>
    public ReadOnlyMemory<AccessListEntry> AccessList { get; init; }

    /// <summary>Signed for one nonce, both would be one transaction.</summary>
    public bool AsksTheSameAs(ForeseenOrder other)
    {
        if (LegArray.Length != other.LegArray.Length || MaxBlock != other.MaxBlock || DeadlineUnixSeconds != other.DeadlineUnixSeconds || GasLimit != other.GasLimit)
            return false;
        for (int i = 0; i < LegArray.Length; i++)
            if (!IsSame(in LegArray[i], in other.LegArray[i]))
                return false;
        return true;
    }

    private static bool IsSame(in OrderLeg a, in OrderLeg b) =>
        a.Sell == b.Sell && a.Buy == b.Buy && a.AmountIn == b.AmountIn && a.MinimumOut == b.MinimumOut && a.KeepBalance == b.KeepBalance
        && a.Pool0 == b.Pool0 && a.Pool1 == b.Pool1 && a.Pool2 == b.Pool2 && a.Pool3 == b.Pool3 && a.Via0 == b.Via0 && a.Via1 == b.Via1 && a.Via2 == b.Via2;

    internal OrderLeg[] LegArray { get; private init; } = [];

    /// <exception cref="ArgumentException">It could not be signed; the message says why.</exception>
    internal void Validate()
    {
        Require(Legs.Count is > 0 and <= byte.MaxValue, $"{Legs.Count} legs: 1 to {byte.MaxValue} make an order");
        Require(MaxBlock >= Head, $"its last block {MaxBlock} is before the head {Head} it was foreseen on");
        Require(GasLimit > 0, "its gas limit is 0");
        Require(DeadlineUnixSeconds > 0, "it has no deadline");
        foreach (OrderLeg leg in Legs)
        {
            Require(!leg.AmountIn.IsZero, "a leg sells nothing");
            Require(!leg.MinimumOut.IsZero, "a leg would take any price");
            Require(leg.MinimumOut <= leg.ExpectedOut, "a leg's minimum is above what it expects");
            Require(leg.HopCount > 0, "a leg crosses no pool");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException($"an order was foreseen that cannot be signed: {message}");
    }
}
