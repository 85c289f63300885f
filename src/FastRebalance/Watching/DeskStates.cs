namespace FastRebalance.Watching;

/// <summary>The state of some desks, put together at most a few times a second for however many ask. Any thread.</summary>
public sealed class DeskStates(IReadOnlyList<IDesk> desks, TimeProvider clock)
{
    /// <summary>What was told so lately is told again.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private DesksState? _state;
    private long _madeAt;

    /// <summary>The newest, or one not older than <see cref="FreshFor"/>.</summary>
    public DesksState Now()
    {
        lock (_gate)
        {
            if (_state is not null && clock.GetElapsedTime(_madeAt) < FreshFor)
                return _state;
            _state = new DesksState("fastrebalance", Environment.ProcessId, [.. desks.Select(static desk => desk.State())]);
            _madeAt = clock.GetTimestamp();
            return _state;
        }
    }

    /// <summary>Something was done: what was told before is old.</summary>
    public void Renew()
    {
        lock (_gate)
            _state = null;
    }
}
