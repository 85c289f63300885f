using System.Runtime.CompilerServices;

namespace FastRebalance.Messaging;

/// <summary>
/// One consumer of a ring: a thread that waits at its own barrier, hands every batch to a handler and then advances its
/// sequence. A handler that throws is a broken invariant: the processor stops there and never goes on to the next event.
/// </summary>
public sealed class BatchEventProcessor<T> where T : unmanaged
{
    private readonly RingBuffer<T> _ring;
    private readonly IBatchHandler<T> _handler;
    private readonly SequenceBarrier _barrier;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _ended = new();
    private long _drainThrough = long.MaxValue;
    private int _state;

    /// <param name="name">The thread's name.</param>
    /// <param name="ring">The ring to read.</param>
    /// <param name="handler">Called on the processor's thread only.</param>
    /// <param name="dependsOn">Consumers that see each event before this one; none for a consumer right behind the producers.</param>
    public BatchEventProcessor(string name, RingBuffer<T> ring, IBatchHandler<T> handler, params ReadOnlySpan<Sequence> dependsOn)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(handler);
        _ring = ring;
        _handler = handler;
        _barrier = ring.NewBarrier(dependsOn);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        MaxBatch = ring.Size;
    }

    /// <inheritdoc cref="BatchEventProcessor(string, RingBuffer{T}, IBatchHandler{T}, ReadOnlySpan{FastRebalance.Messaging.Sequence})"/>
    public BatchEventProcessor(string name, RingBuffer<T> ring, IEventHandler<T> handler, params ReadOnlySpan<Sequence> dependsOn)
        : this(name, ring, new OneByOne(handler), dependsOn)
    {
        ((OneByOne)_handler).Progress = Sequence;
    }

    /// <summary>The thread's name.</summary>
    public string Name => _thread.Name!;

    /// <summary>The last event that the handler has done with. Give it to <see cref="RingBuffer{T}.AddGatingSequences"/>.</summary>
    public Sequence Sequence { get; } = new();

    /// <summary>Largest number of events handed over at once; the ring's size unless set before the start.</summary>
    public long MaxBatch
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "a batch has at least one event");
    }

    public ProcessorState State => (ProcessorState)Volatile.Read(ref _state);

    /// <summary>What the handler threw, once <see cref="State"/> is <see cref="ProcessorState.Faulted"/>.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Told once, on the processor's thread, when the handler has thrown. It must not throw itself.</summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>
    /// Called first of all on the processor's thread: where the host gives the thread its core and its priority. What it throws is a
    /// fault, before any event.
    /// </summary>
    public Action? OnThreadStart { get; init; }

    /// <summary>
    /// Called on the processor's thread after a batch that left nothing to read: time for what nobody waits for. An event that comes
    /// meanwhile waits for its end, so it is short. What it throws is a fault.
    /// </summary>
    public Action? OnIdle { get; init; }

    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start()
    {
        if (Interlocked.CompareExchange(ref _state, (int)ProcessorState.Running, (int)ProcessorState.Idle) != (int)ProcessorState.Idle)
            throw new InvalidOperationException($"the processor '{Name}' is {State}: a processor is started once");
        _thread.Start();
    }

    /// <summary>Stops after the batch in hand, and waits for it. What is published beyond stays unread.</summary>
    public void Halt()
    {
        if (Advance(ProcessorState.Halting))
            Join(Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Processes everything claimed before the call, then stops. Producers are to be stopped first, and upstream consumers
    /// drained before those that depend on them.
    /// </summary>
    public void DrainAndStop() => DrainAndStop(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="DrainAndStop()"/>, for so long at most.</summary>
    /// <returns>False when it is still at it, because an upstream consumer has stopped short or a claim was never published.</returns>
    public bool DrainAndStop(TimeSpan timeout)
    {
        Volatile.Write(ref _drainThrough, _ring.Cursor.Value);
        return !Advance(ProcessorState.Draining) || Join(timeout);
    }

    /// <summary>Moves the state forward and wakes the thread. False when no thread ever ran.</summary>
    private bool Advance(ProcessorState to)
    {
        while (true)
        {
            ProcessorState from = State;
            if (from == ProcessorState.Idle)
            {
                if (TryMove(from, ProcessorState.Stopped))
                    return false;
            }
            else if (from >= to || TryMove(from, to))
            {
                _barrier.Alert();
                return true;
            }
        }
    }

    private bool TryMove(ProcessorState from, ProcessorState to) =>
        Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    /// <summary>Waits for the end; a handler that stops its own processor cannot, and returns at once.</summary>
    private bool Join(TimeSpan timeout) => Thread.CurrentThread == _thread || _ended.Wait(timeout);

    private void Run()
    {
        Exception? fault = null;
        try
        {
            OnThreadStart?.Invoke();
            _handler.OnStart();
            ProcessUntilTold();
        }
        catch (Exception thrown)
        {
            fault = thrown;
        }

        try
        {
            _handler.OnShutdown();
        }
        catch (Exception thrown)
        {
            fault ??= thrown;
        }

        // A fault in the middle of a batch has moved the sequence without telling those behind it.
        _ring.SignalProgress();
        Fault = fault;
        Volatile.Write(ref _state, (int)(fault is null ? ProcessorState.Stopped : ProcessorState.Faulted));
        if (fault is not null)
            OnFault?.Invoke(fault);
        _ended.Set();
    }

    private void ProcessUntilTold()
    {
        long next = Sequence.Value + 1;
        Gathering gathering = new(_barrier, Math.Min(MaxBatch, Math.Max(1, _ring.Size / 4)));
        Action? onIdle = OnIdle;
        while (State == ProcessorState.Running || MayGoOn(next))
        {
            long before = next;
            next = ProcessBatch(next, gathering.NextBatch(next));
            if (onIdle is not null && next > before && _barrier.AvailableUpTo(next) < next)
                onIdle();
        }
    }

    // A method of its own, because a loop that is entered once is never recompiled with what was learnt about the handler.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ProcessBatch(long next, long available)
    {
        // A drain that was asked for meanwhile ends at its own mark, even when more has been published since.
        long hi = Math.Min(Math.Min(available, next + MaxBatch - 1), Volatile.Read(ref _drainThrough));
        if (hi < next)
            return next;
        _handler.OnBatch(_ring, next, hi);
        Sequence.Set(hi);
        _ring.SignalProgress();
        return hi + 1;
    }

    /// <summary>Asked to stop: true while a drain still has events to bring in.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MayGoOn(long next)
    {
        // Cleared before the state is read: whoever changes it alerts afterwards, so no request is lost in between.
        _barrier.ClearAlert();
        return State == ProcessorState.Draining && next <= Volatile.Read(ref _drainThrough);
    }

    /// <summary>Breaks batches into single events, and keeps the count right when one of them throws.</summary>
    private sealed class OneByOne(IEventHandler<T> handler) : IBatchHandler<T>
    {
        private readonly IEventHandler<T> _handler = handler ?? throw new ArgumentNullException(nameof(handler));

        public Sequence Progress { get; set; } = null!;

        public void OnBatch(RingBuffer<T> ring, long lo, long hi)
        {
            long sequence = lo;
            try
            {
                while (sequence <= hi)
                    foreach (ref T data in ring.Run(sequence, hi))
                    {
                        _handler.OnEvent(ref data, sequence, endOfBatch: sequence == hi);
                        sequence++;
                    }
            }
            catch
            {
                Progress.Set(sequence - 1);
                throw;
            }
        }

        public void OnStart() => _handler.OnStart();

        public void OnShutdown() => _handler.OnShutdown();
    }
}
