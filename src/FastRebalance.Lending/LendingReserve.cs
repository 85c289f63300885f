using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>One token of a lending market: what it is, and its numbers as they stand. Written by whoever feeds the market; not thread-safe.</summary>
public sealed class LendingReserve
{
    /// <summary>Decimals beyond which a whole token does not fit a limb.</summary>
    public const int MostDecimals = 19;

    private ReserveState _state;

    /// <exception cref="ArgumentException">The place or the decimals are out of range.</exception>
    public LendingReserve(ReserveFacts facts, in ReserveState state)
    {
        if (facts.Id is < 0 or >= AccountConfiguration.MostReserves)
            throw new ArgumentException($"reserve {facts.Asset} has the place {facts.Id}: a market has {AccountConfiguration.MostReserves} at most");
        if (state.Configuration.Decimals > MostDecimals)
            throw new ArgumentException($"reserve {facts.Asset} has {state.Configuration.Decimals} decimals: {MostDecimals} are followed at most");
        Facts = facts;
        _state = state;
        Unit = (ulong)UInt256.PowerOfTen(state.Configuration.Decimals);
    }

    public ReserveFacts Facts { get; }

    public int Id => Facts.Id;

    /// <summary>Base units of one whole token.</summary>
    public ulong Unit { get; }

    /// <summary>Assign a copy to change it.</summary>
    public ref ReserveState State => ref _state;
}
