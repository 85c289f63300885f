using System.Text.Json;
using FastRebalance.Watching;

namespace FastRebalance.Web;

/// <summary>
/// What the desks tell, as bytes made once for however many look, and a sample a second for the plots. Any thread.
/// </summary>
internal sealed class StateBoard(DeskStates states, TimeProvider clock)
{
    public static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    /// <summary>Fifteen minutes.</summary>
    public const int KeptSamples = 900;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<HistorySample>> _samples = new(StringComparer.Ordinal);
    private DesksState? _written;
    private byte[] _json = [];

    /// <summary>The state as JSON.</summary>
    public byte[] Json()
    {
        lock (_gate)
        {
            DesksState state = states.Now();
            if (!ReferenceEquals(state, _written))
                _json = JsonSerializer.SerializeToUtf8Bytes(_written = state, WatchJson.Default.DesksState);
            return _json;
        }
    }

    /// <summary>What the plots begin with.</summary>
    public byte[] HistoryJson()
    {
        lock (_gate)
        {
            IReadOnlyList<DeskHistory> history =
            [
                .. states.Now().Desks.Select(desk => new DeskHistory(
                    desk.Portfolio, [.. desk.Assets.Select(static asset => asset.Symbol)], [.. _samples.GetValueOrDefault(desk.Portfolio) ?? []])),
            ];
            return JsonSerializer.SerializeToUtf8Bytes(history, WatchJson.Default.IReadOnlyListDeskHistory);
        }
    }

    /// <summary>Takes the samples until the token says otherwise.</summary>
    public async Task SampleAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(SampleInterval, clock);
        do
            Sample(states.Now());
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false));
    }

    private void Sample(DesksState state)
    {
        lock (_gate)
            foreach (DeskState desk in state.Desks.Where(static desk => desk.ValueNumeraire is not null))
            {
                if (!_samples.TryGetValue(desk.Portfolio, out Queue<HistorySample>? samples))
                    _samples.Add(desk.Portfolio, samples = new Queue<HistorySample>(KeptSamples + 1));
                samples.Enqueue(new HistorySample(
                    desk.UnixMs, desk.ValueNumeraire, desk.MaxDriftBps, [.. desk.Assets.Select(static a => a.Weight)], [.. desk.Assets.Select(static a => a.BandLow)],
                    [.. desk.Assets.Select(static a => a.BandHigh)], [.. desk.Assets.Select(static a => a.Target)]));
                if (samples.Count > KeptSamples)
                    samples.Dequeue();
            }
    }
}
