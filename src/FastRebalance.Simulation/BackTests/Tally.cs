using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Simulation.BackTests;

/// <summary>Counts passes by how they ended.</summary>
internal sealed class Tally
{
    private readonly long[] _verdicts = new long[256];
    private readonly long[] _refusals = new long[256];
    private readonly long[] _routes = new long[256];

    public void Add(in OrderEvent e)
    {
        if (e.Kind == OrderEventKind.Decision)
            Add(e.Decision.Verdict, e.Decision.Risk, e.Decision.Route, 1);
        else if (e.Kind == OrderEventKind.Passes)
            Add(e.Passes.Verdict, e.Passes.Risk, e.Passes.Route, e.Passes.Count);
    }

    public IReadOnlyDictionary<DecisionVerdict, long> Verdicts() => Named(_verdicts, i => (DecisionVerdict)i);

    public IReadOnlyDictionary<RiskVerdict, long> Refusals() => Named(_refusals, i => (RiskVerdict)i);

    public IReadOnlyDictionary<RouteStatus, long> RouteFailures() => Named(_routes, i => (RouteStatus)i);

    private void Add(DecisionVerdict verdict, RiskVerdict risk, RouteStatus route, int count)
    {
        _verdicts[(int)verdict] += count;
        if (verdict == DecisionVerdict.Refused)
            _refusals[(int)risk] += count;
        if (verdict == DecisionVerdict.NoRoute)
            _routes[(int)route] += count;
    }

    private static SortedDictionary<T, long> Named<T>(long[] counts, Func<byte, T> name)
        where T : notnull
    {
        SortedDictionary<T, long> named = [];
        for (int i = 0; i < counts.Length; i++)
            if (counts[i] > 0)
                named.Add(name((byte)i), counts[i]);
        return named;
    }
}
