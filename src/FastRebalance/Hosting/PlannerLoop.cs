using System.Runtime.InteropServices;
using FastRebalance.Core.Events;
using FastRebalance.Engine.Planning;
using FastRebalance.MarketData;
using FastRebalance.Messaging;

namespace FastRebalance.Hosting;

/// <summary>
/// The planner of a live run: watches the inbound ring, and has its plans made by a thread of its own, which publishes them as a feed does.
/// </summary>
/// <remarks>
/// The watching gates the ring, so it must never wait: it takes events in, and when a plan is due puts aside what the plan is to be made
/// of, unless the one before is still in the making, and wakes the worker. Only the worker waits for room in the ring. A plan that falls
/// out is made up for by the next.
/// </remarks>
internal sealed class PlannerLoop : IBatchHandler<MarketEvent>, IDisposable
{
    private readonly Planner _planner;
    private readonly IEventSink _sink;
    private readonly Action<Exception> _fail;
    private readonly SemaphoreSlim _due = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<MarketEvent> _plan = [];
    private readonly Thread _worker;
    private bool _isPlanning;
    private bool _hasFailed;
    private long _published;
    private long _passedOver;

    /// <param name="planner">Watched by the ring's thread and asked by the worker.</param>
    /// <param name="sink">Takes the plans.</param>
    /// <param name="fail">Told once when planning has failed, on whichever thread that was.</param>
    public PlannerLoop(Planner planner, IEventSink sink, Action<Exception> fail)
    {
        _planner = planner;
        _sink = sink;
        _fail = fail;
        _worker = new Thread(Work) { Name = "planner", IsBackground = true };
    }

    /// <summary>Plans published.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Plans that were due while one was in the making.</summary>
    public long PassedOver => Volatile.Read(ref _passedOver);

    public void Start() => _worker.Start();

    public void OnBatch(RingBuffer<MarketEvent> ring, long lo, long hi)
    {
        if (_hasFailed)
            return;
        try
        {
            for (long sequence = lo; sequence <= hi; sequence++)
                if (_planner.Observe(in ring[sequence]))
                    AskForPlan();
        }
        catch (Exception e)
        {
            _hasFailed = true;
            _fail(e);
        }
    }

    /// <summary>Publishes nothing more; to be called before the ring's consumers are drained.</summary>
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

    private void AskForPlan()
    {
        // What was put aside belongs to the worker until it says that it has done with it.
        if (Volatile.Read(ref _isPlanning))
        {
            Volatile.Write(ref _passedOver, _passedOver + 1);
            return;
        }
        _planner.Freeze();
        Volatile.Write(ref _isPlanning, true);
        _due.Release();
    }

    private void Work()
    {
        try
        {
            while (true)
            {
                _due.Wait(_stop.Token);
                _plan.Clear();
                _planner.Write(_plan);
                _sink.Publish(CollectionsMarshal.AsSpan(_plan), _stop.Token);
                Volatile.Write(ref _published, _published + 1);
                Volatile.Write(ref _isPlanning, false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // asked to stop
        }
        catch (Exception e)
        {
            _fail(e); // it stays at planning: nothing is put aside any more
        }
    }
}
