using FastRebalance.Core.Measures;

namespace FastRebalance.Bench.Latency;

/// <summary>Latencies by the time that they were due, a histogram for each second.</summary>
/// <remarks>All memory is there, and touched, before the first record. One thread writes. A long run gets wider steps, not more memory.</remarks>
internal sealed class Timeline
{
    private const int MostSteps = 600;
    private const long SecondNs = 1_000_000_000;

    private readonly long _startNs;
    private readonly LatencyHistogram[] _steps;

    public Timeline(long startNs, TimeSpan length)
    {
        _startNs = startNs;
        long seconds = Math.Max(1, (long)Math.Ceiling(length.TotalSeconds));
        StepNs = (seconds + MostSteps - 1) / MostSteps * SecondNs;
        _steps = new LatencyHistogram[(seconds * SecondNs + StepNs - 1) / StepNs];
        for (int i = 0; i < _steps.Length; i++)
        {
            _steps[i] = new LatencyHistogram(significantDigits: 2);
            _steps[i].Reset(); // writes every page, so that none is missing later
        }
    }

    /// <summary>Length of a step.</summary>
    public long StepNs { get; }

    public IReadOnlyList<LatencyHistogram> Steps => _steps;

    public void Record(long dueNs, long latencyNs) =>
        _steps[Math.Clamp((dueNs - _startNs) / StepNs, 0, _steps.Length - 1)].Record(latencyNs);

    /// <summary>The steps of the first or of the second half as one; a middle step belongs to neither.</summary>
    public LatencyHistogram Half(bool second)
    {
        int size = Math.Max(1, _steps.Length / 2);
        LatencyHistogram half = new(significantDigits: 2);
        foreach (LatencyHistogram step in second ? _steps.AsSpan(_steps.Length - size) : _steps.AsSpan(0, size))
            half.Add(step);
        return half;
    }
}
