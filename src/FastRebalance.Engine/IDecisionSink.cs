using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>Where decisions go: the order ring when live, a comparison when replaying.</summary>
public interface IDecisionSink
{
    /// <summary>Takes a decision and its legs as one batch; the span is valid during the call only.</summary>
    void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs);
}
