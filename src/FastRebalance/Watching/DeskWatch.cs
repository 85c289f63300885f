using FastRebalance.Core.Events;
using FastRebalance.Messaging;

namespace FastRebalance.Watching;

/// <summary>
/// Follows a run's market for those who look at it: reads the inbound ring on the journal's thread, where it only puts events aside, and works on a
/// thread of its own, with books of its own. The engine never waits for it, and it never looks over the engine's shoulder.
/// </summary>
internal sealed class DeskWatch : IBatchHandler<MarketEvent>, IDisposable
{
    private static readonly TimeSpan ViewInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(1);

    private readonly MarketViewer _viewer;
    private readonly Action<Exception> _fail;
    private readonly EventsAside _aside = new();
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _worker;
    private MarketView? _latest;
    private bool _hasFailed;

    /// <param name="viewer">The worker's alone from here on.</param>
    /// <param name="fail">Told once when watching has failed; trading goes on.</param>
    public DeskWatch(MarketViewer viewer, Action<Exception> fail)
    {
        _viewer = viewer;
        _fail = fail;
        _worker = new Thread(Work) { Name = "watch", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    /// <summary>As of some tenths of a second ago; null before the market has told. Any thread.</summary>
    public MarketView? Latest => Volatile.Read(ref _latest);

    public void Start() => _worker.Start();

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        if (Volatile.Read(ref _hasFailed))
            return;
        for (long sequence = lo; sequence <= hi; sequence++)
            _aside.Put(in ring[sequence]);
        if (_aside.TryHandOver())
            _due.Release();
    }

    /// <summary>Ends the worker.</summary>
    public void Stop()
    {
        _stop.Cancel();
        if (_worker.IsAlive)
            _worker.Join();
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
        _due.Dispose();
    }

    private void Work()
    {
        long searchedAt = 0;
        try
        {
            while (true)
            {
                _due.Wait(_stop.Token);
                foreach (MarketEvent e in _aside.Given)
                    _viewer.Apply(in e);
                if (_viewer.CanSearch && Environment.TickCount64 - searchedAt >= (long)SearchInterval.TotalMilliseconds)
                {
                    _viewer.Search();
                    searchedAt = Environment.TickCount64;
                }
                Volatile.Write(ref _latest, _viewer.View() ?? _latest);
                _stop.Token.WaitHandle.WaitOne(ViewInterval);
                _aside.Done();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception e)
        {
            Volatile.Write(ref _hasFailed, true);
            _fail(e);
        }
    }
}
