using FastRebalance.Core.Events;

namespace FastRebalance.MarketData;

/// <summary>Where feeds put what they learn. Any thread; all that a feed ever touches of the engine.</summary>
public interface IEventSink
{
    /// <summary>Hands the events over in order, waiting while there is no room.</summary>
    /// <param name="events">Copied before the call returns.</param>
    /// <param name="cancellation">Gives up waiting for room; events not yet handed over are lost.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    void Publish(ReadOnlySpan<MarketEvent> events, CancellationToken cancellation);

    /// <summary>Hands the events over where there is room at once; false, and nothing handed over, where there is none.</summary>
    bool TryPublish(ReadOnlySpan<MarketEvent> events)
    {
        Publish(events, CancellationToken.None);
        return true;
    }
}
