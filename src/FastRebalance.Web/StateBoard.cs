using System.Text.Json;
using FastRebalance.Watching;

namespace FastRebalance.Web;

/// <summary>
/// What the desks tell, asked once for however many look: the newest document as bytes, and a sample a second for the plots. Any thread.
/// </summary>
internal sealed class StateBoard(IReadOnlyList<IDesk> desks, TimeProvider clock)
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    /// <summary>Fifteen minutes.</summary>
    public const int KeptSamples = 900;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<HistorySample>> _samples = desks.ToDictionary(static desk => desk.Name, static _ => new Queue<HistorySample>());
    private DesksState? _state;
    private byte[] _json = [];
    private long _madeAt;
    private long _sampledAt;

    public DesksState State()
    {
        lock (_gate)
            return Fresh();
    }

    /// <summary>The same, as JSON.</summary>
    public byte[] Json()
    {
        lock (_gate)
        {
            Fresh();
            return _json;
        }
    }

    /// <summary>What the plots begin with.</summary>
    public byte[] HistoryJson()
    {
        lock (_gate)
        {
            IReadOnlyList<DeskHistory> history =
                [.. Fresh().Desks.Select(desk => new DeskHistory(desk.Portfolio, [.. desk.Assets.Select(static asset => asset.Symbol)], [.. _samples[desk.Portfolio]]))];
            return JsonSerializer.SerializeToUtf8Bytes(history, WatchJson.Default.IReadOnlyListDeskHistory);
        }
    }

    /// <summary>Something was done: what was told before is old.</summary>
    public void Renew()
    {
        lock (_gate)
            _state = null;
    }

    /// <summary>Takes the samples until the token says otherwise.</summary>
    public async Task SampleAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(SampleInterval, clock);
        do
            lock (_gate)
                Fresh();
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    private DesksState Fresh()
    {
        if (_state is not null && clock.GetElapsedTime(_madeAt) < FreshFor)
            return _state;
        _state = new DesksState("fastrebalance", Environment.ProcessId, [.. desks.Select(static desk => desk.State())]);
        _json = JsonSerializer.SerializeToUtf8Bytes(_state, WatchJson.Default.DesksState);
        _madeAt = clock.GetTimestamp();
        if (_sampledAt == 0 || clock.GetElapsedTime(_sampledAt) >= SampleInterval - FreshFor)
            Sample();
        return _state;
    }

    private void Sample()
    {
        _sampledAt = clock.GetTimestamp();
        foreach (DeskState desk in _state!.Desks)
        {
            Queue<HistorySample> samples = _samples[desk.Portfolio];
            if (desk.ValueNumeraire is null)
                continue;
            samples.Enqueue(new HistorySample(
                desk.UnixMs, desk.ValueNumeraire, desk.MaxDriftBps, [.. desk.Assets.Select(static a => a.Weight)], [.. desk.Assets.Select(static a => a.BandLow)],
                [.. desk.Assets.Select(static a => a.BandHigh)], [.. desk.Assets.Select(static a => a.Target)]));
            if (samples.Count > KeptSamples)
                samples.Dequeue();
        }
    }
}
