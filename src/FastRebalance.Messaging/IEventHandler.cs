namespace FastRebalance.Messaging;

/// <summary>What a consumer does with one event at a time. Called on the processor's thread only.</summary>
public interface IEventHandler<T> where T : unmanaged
{
    /// <param name="data">The slot itself: valid during the call, and writable for consumers that others depend on.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="endOfBatch">True for the last event that was available when the batch began.</param>
    void OnEvent(ref T data, long sequence, bool endOfBatch);

    /// <summary>Once, on the processor's thread, before the first event.</summary>
    void OnStart()
    {
    }

    /// <summary>Once, on the processor's thread, after the last event, however the processor ends.</summary>
    void OnShutdown()
    {
    }
}

/// <summary>What a consumer does with all events that are available at once. Called on the processor's thread only.</summary>
public interface IBatchHandler<T> where T : unmanaged
{
    /// <summary>Handles the events <paramref name="lo"/> to <paramref name="hi"/>, both included, in order.</summary>
    void OnBatch(RingBuffer<T> ring, long lo, long hi);

    /// <summary>Once, on the processor's thread, before the first batch.</summary>
    void OnStart()
    {
    }

    /// <summary>Once, on the processor's thread, after the last batch, however the processor ends.</summary>
    void OnShutdown()
    {
    }
}
