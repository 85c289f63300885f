using FastRebalance.Core.Events;
using FastRebalance.Execution.Mempool;
using FastRebalance.Execution.Presigning;
using FastRebalance.Messaging;

namespace FastRebalance.Foreseeing;

/// <summary>
/// Foresees at each head of a live run: reads the inbound ring beside the journal, and thinks on a thread of its own.
/// </summary>
/// <remarks>
/// The reading gates the ring, so it never waits: it puts events aside, prices folded to the newest of each asset, and hands them over at a head
/// once the thread has done with those before. A head that comes too early is made up for by the next.
/// </remarks>
internal sealed class ForesightLoop : IBatchHandler<MarketEvent>, IDisposable
{
    private readonly ForesightEngine _engine;
    private readonly Action<IReadOnlyList<ForeseenOrder>, PortfolioWeights?, double> _tell;
    private readonly Action<Exception> _fail;
    private readonly Action<uint> _renew;
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _worker;
    private readonly Dictionary<ushort, int> _newestPrice = [];
    private List<MarketEvent> _aside = [];
    private List<MarketEvent> _given = [];
    private bool _isThinking;
    private bool _hasFailed;

    /// <param name="engine">Asked by the worker alone.</param>
    /// <param name="tell">Takes what is foreseen at each head; called on the worker.</param>
    /// <param name="fail">Told once when foreseeing has failed.</param>
    /// <param name="renew">Told the number of a configuration before the first thing that is foreseen by it; called on the worker.</param>
    public ForesightLoop(
        ForesightEngine engine, Action<IReadOnlyList<ForeseenOrder>, PortfolioWeights?, double> tell, Action<Exception> fail, Action<uint> renew)
    {
        _renew = renew;
        _engine = engine;
        _tell = tell;
        _fail = fail;
        _worker = new Thread(Work) { Name = "foresight", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    public void Start() => _worker.Start();

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        if (Volatile.Read(ref _hasFailed))
            return;
        for (long sequence = lo; sequence <= hi; sequence++)
            PutAside(in ring[sequence]);
    }

    /// <summary>To be called before the ring's consumers are drained.</summary>
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

    private void PutAside(in MarketEvent e)
    {
        if (e.Kind == MarketEventKind.Price && _newestPrice.TryGetValue(e.Subject, out int at))
        {
            _aside[at] = e;
            return;
        }
        if (e.Kind == MarketEventKind.Price)
            _newestPrice[e.Subject] = _aside.Count;
        _aside.Add(e);
        if (e.Kind is MarketEventKind.Head or MarketEventKind.Configuration && !Volatile.Read(ref _isThinking))
            HandOver();
    }

    private void HandOver()
    {
        (_aside, _given) = (_given, _aside);
        _aside.Clear();
        _newestPrice.Clear();
        Volatile.Write(ref _isThinking, true);
        _due.Release();
    }

    private void Work()
    {
        try
        {
            while (true)
            {
                _due.Wait(_stop.Token);
                uint renewed = 0;
                foreach (MarketEvent e in _given)
                {
                    _engine.Apply(in e);
                    if (e.Kind == MarketEventKind.Configuration)
                        renewed = e.Configuration.Generation;
                }
                IReadOnlyList<ForeseenOrder> orders = _engine.Foresee();
                PortfolioWeights? weights = _engine.Weights();
                double band = weights is null ? 0 : _engine.Band();
                Volatile.Write(ref _isThinking, false);
                if (renewed != 0)
                    _renew(renewed);
                _tell(orders, weights, band);
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
