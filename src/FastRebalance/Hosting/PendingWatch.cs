using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.Hosting;

/// <summary>The watch over pending transactions of a live run: with pools of its own, fed by the node on a task of its own.</summary>
internal sealed class PendingWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly EthereumNode _node;
    private readonly PendingTransactionStream _stream;

    private PendingWatch(EthereumNode node, MempoolWatch watch, IReadOnlyList<Address> managers)
    {
        _node = node;
        Watch = watch;
        _stream = new PendingTransactionStream(node, watch) { Managers = managers };
    }

    public MempoolWatch Watch { get; }

    /// <summary>Null where the chain has no public pool, or the desk does not want it.</summary>
    public static PendingWatch? Make(PreparedRun run, ResolvedSetup setup, IReadOnlyList<Address> own)
    {
        MempoolSection section = run.Config.Submit.Mempool;
        if (!(section.IsEnabled ?? run.Config.Chain.Rules.HasPendingStream))
            return null;
        Address router = run.Config.Contracts.GetValueOrDefault(ContractNames.SwapRouter02);
        Address executor = run.Config.Contracts.GetValueOrDefault(ContractNames.RebalanceExecutor);
        MempoolMarket market = new(
            [.. run.Config.Assets.Select(static asset => asset.Address)], [.. setup.ToEngineSetup().Pools],
            new MempoolContracts
            {
                V2Routers = Families(section.V2Routers),
                V3Routers = Families(router.IsZero ? section.V3Routers : [router, .. section.V3Routers.Where(other => other != router)]),
                UniversalRouters = Families(section.UniversalRouters),
                V3Positions = section.PositionManagers,
                Permit2 = run.Executor?.Chain.Permit2 ?? Address.Zero,
                WrappedNative = run.Config.Assets[run.Config.Native.Index].Address,
                Executors = executor.IsZero ? [] : [executor],
                Own = own,
            });
        return new PendingWatch(run.Node, new MempoolWatch(market, own, section.Options), section.PositionManagers);
    }

    /// <summary>Feeds the watch until cancelled; a node that cannot be subscribed to is asked again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await _stream.RunAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is RpcTransportException or RpcErrorException)
            {
                Watch.OnGap(0);
            }
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private static IReadOnlyList<PairFamily> Families(IReadOnlyList<Address> routers) => [.. routers.Select(static router => new PairFamily(router))];
}
