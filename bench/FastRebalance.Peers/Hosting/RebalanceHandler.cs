using Disruptor;
using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Peers.Hosting;

/// <summary>The whole engine as one handler of a Disruptor: it decides where the Disruptor's batches end.</summary>
public sealed class RebalanceHandler(IRebalancePipeline pipeline) : IValueEventHandler<MarketEvent>
{
    public void OnEvent(ref MarketEvent data, long sequence, bool endOfBatch) => pipeline.OnEvent(in data, sequence, endOfBatch);

    public void OnShutdown() => pipeline.Flush();
}
