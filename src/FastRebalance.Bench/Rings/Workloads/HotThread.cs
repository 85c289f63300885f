using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>
/// A thread that does the same piece of work whenever told to and sleeps in between, so that runs pay for no new threads and what the
/// work allocates can be counted.
/// </summary>
internal sealed class HotThread : IDisposable
{
    private readonly SemaphoreSlim _go = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private readonly Func<int, long> _work;
    private readonly Thread _thread;
    private Exception? _fault;
    private int _events;
    private bool _isEnding;
    private int _isAtWork;

    /// <param name="name">The thread's name.</param>
    /// <param name="pin">Called once on the thread, before any work.</param>
    /// <param name="work">Takes a number of events; gives a checksum.</param>
    public HotThread(string name, Action? pin, Func<int, long> work)
    {
        _work = work;
        _thread = new Thread(() => Loop(pin)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public string Name => _thread.Name!;

    /// <summary>The last work's checksum, once <see cref="Wait"/> has returned.</summary>
    public long Checksum { get; private set; }

    public long AllocatedBytes { get; private set; }

    /// <summary>When the last work was done.</summary>
    public long EndNs { get; private set; }

    /// <summary>Sets the thread to work, and returns once it is awake.</summary>
    public void Go(int events)
    {
        _events = events;
        Volatile.Write(ref _isAtWork, 0);
        _go.Release();
        while (Volatile.Read(ref _isAtWork) == 0)
            Thread.Yield();
    }

    /// <exception cref="WrongResultException">The work failed or is not done in time.</exception>
    public void Wait()
    {
        if (!_done.Wait(Patience.Longest))
            throw new WrongResultException($"{Name} is not done after {Patience.Longest.TotalSeconds} s: events were lost");
        if (_fault is not null)
            throw new WrongResultException($"{Name} failed: {_fault.Message}");
    }

    /// <summary>Ends the thread; one that is stuck in its work is left behind.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _go.Release();
        _thread.Join(Patience.AtTheEnd);
    }

    private void Loop(Action? pin)
    {
        pin?.Invoke();
        while (true)
        {
            _go.Wait();
            if (_isEnding)
                return;
            Volatile.Write(ref _isAtWork, 1);
            Work();
            _done.Release();
        }
    }

    private void Work()
    {
        try
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            Checksum = _work(_events);
            EndNs = MonotonicClock.NowNs;
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        }
        catch (Exception thrown)
        {
            _fault = thrown;
        }
    }
}

/// <summary>How long the workloads wait for what must come.</summary>
internal static class Patience
{
    /// <summary>For the events of one run; far more than any run takes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>For a thread that has nothing left to do.</summary>
    public static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(1);
}
