using FastRebalance.Core.Measures;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>What a <see cref="SubscriptionItem{T}"/> tells. Zero is nothing.</summary>
public enum SubscriptionSignal : byte
{
    None = 0,

    /// <summary>A value came.</summary>
    Item,

    /// <summary>The subscription stands, for the first time or again: what happened before it is unknown, so reconcile.</summary>
    Started,

    /// <summary>The connection broke: nothing comes until the next <see cref="Started"/>.</summary>
    Lost,
}

/// <summary>One entry of a subscription, in the order in which it was read from the wire.</summary>
/// <param name="Signal">What the entry tells.</param>
/// <param name="Value">Set for <see cref="SubscriptionSignal.Item"/>.</param>
/// <param name="Generation">Counts the connections: a value of another generation than the last one follows a gap.</param>
/// <param name="Dropped">Values dropped so far because the consumer was slow; a rise means a gap right before this entry.</param>
/// <param name="ReceivedNs">When it was read, on <see cref="MonotonicClock"/>.</param>
public readonly record struct SubscriptionItem<T>(SubscriptionSignal Signal, T? Value, int Generation, long Dropped, long ReceivedNs);
