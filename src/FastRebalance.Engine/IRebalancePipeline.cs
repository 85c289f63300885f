using FastRebalance.Core.Events;

namespace FastRebalance.Engine;

/// <summary>The engine as its event thread sees it, whichever way its stages are laid over threads. The same events give the same decisions.</summary>
public interface IRebalancePipeline
{
    MarketState Market { get; }

    StageTimings Timings { get; }

    /// <summary>Passes made, each one decision. The event thread's count.</summary>
    long Decisions { get; }

    /// <summary>Events refused by <see cref="MarketState.Apply"/>, whatever the reason.</summary>
    long RefusedEvents { get; }

    /// <summary>Takes one event; decides once when it ends a batch and the state speaks of one block.</summary>
    void OnEvent(in MarketEvent e, long sequence, bool endOfBatch);

    /// <summary>Sends what was only counted so far; to be called after the last event.</summary>
    void Flush();
}
