using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Execution;
using FastRebalance.Reloading;

namespace FastRebalance.Hosting;

// Another configuration while the run goes on: it is an event like any other, and the engine thread only changes a reference there.
public sealed partial class RebalanceHost
{
    private static readonly TimeSpan FileInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConfigurationBook _book;
    private readonly PolicyShelf _shelf = new();
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private readonly Lock _reloadGate = new();
    private readonly List<ReloadLine> _reloads = [];
    private PolicyBefore _running;
    private string _judged;

    /// <summary>The configuration that holds; the run began with 0.</summary>
    public uint Generation => _book.Generation;

    /// <summary>Every configuration that was taken up or refused while the run went on, oldest first.</summary>
    public IReadOnlyList<ReloadLine> Reloads
    {
        get
        {
            lock (_reloadGate)
                return [.. _reloads];
        }
    }

    /// <summary>Reads the configuration's file again and takes up what it says, whole or not at all. Any thread.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellation">Gives up before anything is taken; not after.</param>
    public async Task<ReloadLine> ReloadAsync(string by, CancellationToken cancellation) =>
        (await ReloadAsync(by, onlyNew: false, cancellation).ConfigureAwait(false))!;

    /// <returns>Null where only a text is wanted that was not judged before, and there is none.</returns>
    private async Task<ReloadLine?> ReloadAsync(string by, bool onlyNew, CancellationToken cancellation)
    {
        await _reloading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_run.Config.Path is not { } path)
                return Tell(Line(by, ReloadLine.Refused, "the configuration was given as text: there is no file to read again"));
            string text = await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false);
            if (onlyNew && text == _judged)
                return null;
            _judged = text;
            return Tell(await TakeAsync(text, path, by).ConfigureAwait(false));
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            return Tell(Line(by, ReloadLine.Refused, refused.Message));
        }
        finally
        {
            _reloading.Release();
        }
    }

    private async Task<ReloadLine> TakeAsync(string text, string path, string by)
    {
        NextConfiguration next = NextConfiguration.Judge(text, path, _running);
        if (next.Outcome != ReloadLine.Taken)
            return Line(by, next.Outcome, [.. next.Problems.Select(static problem => problem.ToString())]) with { Changes = next.Differences };
        if (_isDraining || _fault is not null)
            return Line(by, ReloadLine.Refused, "the run is ending");
        if (!_shelf.IsTaken)
            return Line(by, ReloadLine.Refused, "the engine has not come to the configuration before it: ask again");
        await RehearseAsync(next.Config!).ConfigureAwait(false);
        if (Publish(next) is not { } sequence)
            return Line(by, ReloadLine.Refused, "the inbound ring takes nothing any more: a consumer has failed, and nothing is decided");
        await UntilAsync(() => _engine.Sequence.Value >= sequence && _inboundJournaler.Sequence.Value >= sequence, CancellationToken.None).ConfigureAwait(false);
        return Line(by, ReloadLine.Taken) with { Event = sequence, Changes = next.Differences };
    }

    /// <summary>Its code is compiled, and runs once, before it counts: on a thread that gives way to the engine's, with state and plug-ins of its own.</summary>
    private Task RehearseAsync(ConfigFile config) => Task.Factory.StartNew(
        () =>
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
            ResolvedSetup setup = _run.Setup with { Epoch = 1 };
            EngineWarmUp.Run(config, setup, PolicyFactory.Search(setup.ToEngineSetup(), out _));
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>On the disk, on the shelf, nothing of before can be fired, and only then in the stream.</summary>
    /// <returns>The event's place; null where the ring takes nothing any more.</returns>
    private long? Publish(NextConfiguration next)
    {
        ConfigurationChange change = _book.Enter(next.Config!);
        _shelf.Lay(in change, new ReadyPolicy(next.Policy!));
        if (_foresight is not null)
            _sink.Hold(change.Generation);
        if (Publish(new MarketEvent { Kind = MarketEventKind.Configuration, Configuration = change }) is not { } sequence)
            return null;
        _book.Published(sequence);
        _running = new PolicyBefore(next.Config!, next.Policy!);
        if (_foresight is null)
            RenewSenders(change.Generation);
        return sequence;
    }

    /// <summary>
    /// What the senders keep from the engine's foresight is drawn anew: told behind the last that was foreseen by the configuration before, and ahead of the
    /// first by this one.
    /// </summary>
    private void RenewSenders(uint generation)
    {
        int left = Senders.Count;
        ConfigFile config = _book.At(new ConfigurationChange { Generation = generation });
        foreach (OrderExecutor sender in Senders)
            sender.Renew(_run.Policy.Portfolio, config.Portfolio.Risk.MaxPriceAge, () =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                    _sink.Release(generation);
            });
    }

    /// <summary>Looks at the file now and then, for as long as the run goes on.</summary>
    private async Task WatchFileAsync()
    {
        if (!_options.FollowsConfiguration || _run.Config.Path is not { } path)
            return;
        FileWatch file = new(path);
        using PeriodicTimer timer = new(FileInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopFeeds.Token).ConfigureAwait(false))
                if (file.HasSettled())
                    await ReloadAsync("the file's change", onlyNew: true, _stopFeeds.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopFeeds.IsCancellationRequested)
        {
            // asked to stop
        }
    }

    private ReloadLine Line(string by, string outcome, params IReadOnlyList<string> problems) =>
        new(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), by, outcome, _book.Generation, null, [], problems);

    private ReloadLine Tell(ReloadLine line)
    {
        if (line.Outcome != ReloadLine.Unchanged)
            lock (_reloadGate)
                _reloads.Add(line);
        HostLog.Reloaded(_options.Log, Name, line);
        return line;
    }
}
