namespace FastRebalance.MarketData;

/// <summary>A source of events. It never touches the engine: it publishes, in order, and the engine reads.</summary>
public interface IFeed
{
    /// <summary>The name in configurations, such as <c>pool-events</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Publishes until the source ends or the token is cancelled; both end the task without an exception. A source that breaks
    /// for a while is told by an event and mended inside. Called once.
    /// </summary>
    /// <exception cref="InvalidDataException">The source holds what can never be an event.</exception>
    Task RunAsync(IEventSink sink, CancellationToken cancellation);
}
