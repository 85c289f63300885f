using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Rpc.Framing;

namespace FastRebalance.Execution.Channels;

/// <summary>A place that ready requests are written to.</summary>
/// <param name="Endpoint">Where it listens; whoever writes keeps a stream of its own there.</param>
/// <param name="Framing">Turns a signed transaction into the bytes for that stream; null where requests name their block (<see cref="IReadyPerBlock"/>).</param>
public sealed record ReadyPlace(RpcEndpoint Endpoint, IRawTransactionFraming? Framing);
