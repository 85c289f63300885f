using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Hosting;

namespace FastRebalance.Bench.Scenarios.OnChain;

/// <summary>The desk under test: the whole program in this process, run from its configuration as <c>run</c> would.</summary>
internal sealed class ChainDesk : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ChainWorld _world;
    private readonly PreparedRun _prepared;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<Reports.RunReport> _running;

    private ChainDesk(ChainWorld world, PreparedRun prepared, RebalanceHost host)
    {
        (_world, _prepared, Host) = (world, prepared, host);
        _running = host.RunAsync(null, _stop.Token);
    }

    public RebalanceHost Host { get; }

    /// <summary>Orders that were mined and did what they should.</summary>
    public IReadOnlyList<OrderOutcome> Mined => [.. Host.Orders.Where(order => order.Status is SubmitStatus.Included or SubmitStatus.Final)];

    /// <summary>Of them those in safety's lane.</summary>
    public int Ripcords
    {
        get
        {
            DecisionSummary summary = Host.Monitor.Summary();
            return Mined.Count(order => summary.Orders.Any(one => one.OrderId == order.OrderId && one.Decision.Tier == PolicyTier.Safety));
        }
    }

    public int Reverted => Host.Orders.Count(order => order.Status == SubmitStatus.Reverted);

    /// <summary>Transactions that left.</summary>
    public int Sent => Host.Orders.Count(order => order.DueToSentNs > 0);

    /// <summary>Starts it, and waits until it has decided something.</summary>
    public static async Task<ChainDesk> StartAsync(ChainWorld world, CancellationToken cancellation)
    {
        PreparedRun prepared = await PreparedRun.PrepareAsync(ConfigReader.Read(world.WriteConfiguration()), cancellation).ConfigureAwait(false);
        try
        {
            RunOptions options = new() { DrainTimeout = TimeSpan.FromSeconds(5) };
            ChainDesk desk = new(world, prepared, await RebalanceHost.StartAsync(prepared, options, cancellation).ConfigureAwait(false));
            await desk.UntilAsync(() => desk.Host.Monitor.Summary().Count(DecisionVerdict.InsideBand) > 2, cancellation).ConfigureAwait(false);
            return desk;
        }
        catch
        {
            await prepared.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>False when it has not come to be so within a minute.</summary>
    public async Task<bool> UntilAsync(Func<bool> isSo, CancellationToken cancellation)
    {
        long end = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while (!isSo())
        {
            if (_running.IsCompleted || Environment.TickCount64 > end)
                return false;
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>Waits until nothing of its own is on the way.</summary>
    public Task<bool> RestsAsync(CancellationToken cancellation) => UntilAsync(
        () => Host.Orders.All(order => order.Status is not (SubmitStatus.Submitted or SubmitStatus.Replaced or SubmitStatus.Reorged)), cancellation);

    /// <summary>
    /// Fees, impact and gas of everything mined, in basis points of its equity at the start: what a trade sold less what it brought, at the pool's
    /// price of the block before.
    /// </summary>
    public async Task<double> CostBpsAsync(CancellationToken cancellation)
    {
        (double weth, double usdc) = await _world.NetAsync(_world.FirstBlock, cancellation).ConfigureAwait(false);
        double cost = 0;
        foreach (OrderOutcome order in Mined)
        {
            double price = await _world.PoolPriceAsync(order.IncludedBlock - 1, cancellation).ConfigureAwait(false);
            foreach (LegOutcome leg in order.Legs)
                cost += Worth(leg.Sell, leg.Spent, price) - Worth(leg.Buy, leg.Received, price);
            cost += order.GasUsed * (double)order.EffectiveGasPriceWei / 1e18 * price;
        }
        return cost / (weth * _world.StartPrice + usdc) * 1e4;
    }

    public double ReactionMs
    {
        get
        {
            double[] sorted = [.. Mined.Where(order => order.DueToSentNs > 0).Select(order => order.DueToSentNs / 1e6).Order()];
            return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
        }
    }

    /// <summary>How its orders left: by bytes that were signed before, or why not.</summary>
    public string Shots => string.Join("; ", Host.Submissions.Select(static figures => figures.Ladder is not { } ladder ? "nothing is signed ahead"
        : $"{figures.Fired} left as signed ahead, {string.Join(", ", ladder.Misses.Select(static miss => $"{miss.Value} {miss.Key}"))} {figures.LadderTrouble}".TrimEnd(' ', ',')));

    /// <summary>For a failure: where it stands.</summary>
    public override string ToString()
    {
        DecisionSummary summary = Host.Monitor.Summary();
        return $"{summary.Decisions} decisions, the last {summary.Last.Verdict} {summary.Last.Risk} {summary.Last.Route}; orders: "
            + string.Join("; ", Host.Orders.Select(order => $"{string.Join(" ", order.History)} {order.Reason}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Host.DisposeAsync().ConfigureAwait(false);
        await _prepared.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private double Worth(AssetId asset, UInt256 units, double price)
    {
        AssetSection section = _prepared.Config.Assets[asset.Index];
        return (double)units / Math.Pow(10, section.Decimals) * (section.Symbol == "WETH" ? price : 1);
    }
}
