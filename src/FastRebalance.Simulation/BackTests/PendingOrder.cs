using FastRebalance.Core.Events;
using FastRebalance.Simulation.Markets;

namespace FastRebalance.Simulation.BackTests;

/// <summary>The order under way, copied from the decision; filled anew for each.</summary>
internal sealed class PendingOrder
{
    private readonly OrderEvent[] _legs = new OrderEvent[byte.MaxValue];
    private int _count;

    public bool IsThere => _count > 0;

    public OrderEvent Decision { get; private set; }

    public ReadOnlySpan<OrderEvent> Legs => _legs.AsSpan(0, _count);

    public long DecidedUnixNs { get; private set; }

    /// <summary>From this time on the chain would execute it.</summary>
    public long DueUnixNs { get; private set; }

    public bool IsPastDeadline => DueUnixNs / Tapes.Times.NsPerSecond > Decision.Decision.DeadlineUnixSeconds;

    public void Take(ReadOnlySpan<OrderEvent> decisionAndLegs, long decidedUnixNs, long dueUnixNs)
    {
        Decision = decisionAndLegs[0];
        decisionAndLegs[1..].CopyTo(_legs);
        _count = decisionAndLegs.Length - 1;
        DecidedUnixNs = decidedUnixNs;
        DueUnixNs = dueUnixNs;
    }

    public void Clear() => _count = 0;

    /// <summary>Every asset of it has had a price since it was due, and after the one it was decided on.</summary>
    public bool CanExecute(PriceBoard board)
    {
        foreach (ref readonly OrderEvent leg in Legs)
            if (!IsObservable(board.UnixNs[leg.Leg.Sell.Index]) || !IsObservable(board.UnixNs[leg.Leg.Buy.Index]))
                return false;
        return true;
    }

    private bool IsObservable(long pricedUnixNs) => pricedUnixNs >= DueUnixNs && pricedUnixNs > DecidedUnixNs;
}
