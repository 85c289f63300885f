using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.Hosting;

/// <summary>
/// Right behind the decision, on the thread that made it: an order that has its bytes ready leaves before it is even published. It is published all
/// the same, and what follows it up learns there that it has left. When nothing waits to be decided, the thread goes that way as well, short of
/// everything that can be seen from outside: when an order comes, the caches know it.
/// </summary>
internal sealed class FiringSink(IDecisionSink ring) : IDecisionSink
{
    private const long RehearseEveryNs = 100_000;

    private readonly OrderLeg[] _legs = new OrderLeg[RebalanceCycle.MaxLegs];

    private uint _heldFor;
    private long _rehearsedNs;
    private bool _hasPassed;

    /// <summary>Null while nothing is signed ahead.</summary>
    public FirePath? Fire { get; set; }

    /// <summary>Where safety orders leave: another sender's, or the same.</summary>
    public FirePath? SafetyFire { get; set; }

    /// <summary>
    /// Nothing is fired until <see cref="Release"/>: what lies ready was drawn under another configuration. Orders go the longer way meanwhile. To be
    /// called before the engine can see the change; any thread.
    /// </summary>
    /// <param name="generation">Of the configuration that comes; above 0.</param>
    public void Hold(uint generation) => Volatile.Write(ref _heldFor, generation);

    /// <summary>Nothing of before lies ready any more. Where it was held for a later one since, it stays held.</summary>
    public void Release(uint generation) => Interlocked.CompareExchange(ref _heldFor, 0, generation);

    public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        bool isOrder = decisionAndLegs.Length > 1 && decisionAndLegs[0].Decision.Verdict == DecisionVerdict.Order;
        if (isOrder && Volatile.Read(ref _heldFor) == 0 && (decisionAndLegs[0].Decision.Tier == PolicyTier.Safety ? SafetyFire : Fire) is { } fire)
            TryFire(fire, decisionAndLegs);
        ring.Publish(decisionAndLegs);
        _hasPassed = true;
    }

    /// <summary>The thread has nothing to decide. After passes, and now and then only: an event that comes meanwhile waits for it.</summary>
    public void OnIdle()
    {
        if (!_hasPassed || MonotonicClock.NowNs is var now && now - _rehearsedNs < RehearseEveryNs)
            return;
        _hasPassed = false;
        Fire?.Rehearse();
        if (SafetyFire != Fire)
            SafetyFire?.Rehearse();
        _rehearsedNs = MonotonicClock.NowNs;
    }

    private void TryFire(FirePath fire, ReadOnlySpan<OrderEvent> decisionAndLegs)
    {
        ref readonly OrderEvent decision = ref decisionAndLegs[0];
        int legs = decisionAndLegs.Length - 1;
        for (int i = 0; i < legs; i++)
            _legs[i] = decisionAndLegs[1 + i].Leg;
        fire.TryFire(
            new DecidedOrder
            {
                OrderId = decision.OrderId,
                Portfolio = decision.Portfolio,
                Tier = decision.Decision.Tier,
                Legs = _legs.AsSpan(0, legs),
                DeadlineUnixSeconds = decision.Decision.DeadlineUnixSeconds,
            },
            MonotonicClock.NowNs,
            out _);
    }
}
