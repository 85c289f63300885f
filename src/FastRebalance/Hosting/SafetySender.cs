using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Hosting.Placement;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>
/// Safety's own way out of the house: an executor with its own key, nonces, channels and write-ahead log beside the account's. Owns all of it but
/// the key. What is pending is not weighed here: safety waits for nothing.
/// </summary>
internal sealed class SafetySender : IAsyncDisposable
{
    private readonly SubmitterLog? _log;
    private readonly IReadOnlyList<ISubmitChannel> _channels;
    private readonly bool _isDry;

    private SafetySender(PreparedRun run, bool isDry, ulong decisionSpace, SubmitterLog? log, RingBuffer<MarketEvent> reports)
    {
        _isDry = isDry;
        _log = log;
        _channels = isDry ? [new DryRunChannel()] : run.MakeSafetyChannels();
        Executor = new OrderExecutor(
            run.ToSafetySetup(isDry) with { DecisionSpace = decisionSpace }, run.Node, run.SafetySigner!, _channels,
            log is null ? new DryRunLog() : log, reports, log?.Recovered, run.Presign);
    }

    public OrderExecutor Executor { get; }

    /// <summary>Null where the configuration has no safety account.</summary>
    /// <param name="openLog">Opens the log of the account that it is given; not asked in a dry run.</param>
    public static SafetySender? Create(
        PreparedRun run, bool isDry, ulong decisionSpace, Func<Core.Assets.Address, SubmitterLog> openLog, RingBuffer<MarketEvent> reports) =>
        run.SafetySigner is not { } signer ? null : new SafetySender(run, isDry, decisionSpace, isDry ? null : openLog(signer.Address), reports);

    /// <returns>What of the key's protection was had.</returns>
    /// <exception cref="ConfigException">The account cannot trade as it stands.</exception>
    public async Task<IReadOnlyList<MemoryResult>> StartAsync(PreparedRun run, CancellationToken cancellation)
    {
        IReadOnlyList<MemoryResult> guard = KeyGuard.Protect(run.SafetySigner!, run.Config.SafetyAccount!);
        AccountGate.Require(await Executor.StartAsync(cancellation).ConfigureAwait(false), _isDry, ConfigReader.SafetyAccountSection);
        return guard;
    }

    /// <summary>Each sender is told what it would send.</summary>
    public void Foresee(OrderExecutor economic, IReadOnlyList<ForeseenOrder> orders, PortfolioWeights? weights, double band)
    {
        economic.Foresee([.. orders.Where(static order => order.Tier != PolicyTier.Safety)], weights, band);
        Executor.Foresee([.. orders.Where(static order => order.Tier == PolicyTier.Safety)], weights, band);
    }

    /// <summary>The run has ended cleanly.</summary>
    public void Complete() => _log?.Complete();

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync().ConfigureAwait(false);
        await Composition.Channels.DisposeAsync(_channels).ConfigureAwait(false);
        _log?.Dispose();
    }
}
