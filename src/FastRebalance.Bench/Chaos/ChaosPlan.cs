using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Chaos;

/// <summary>How a victim is to live, and to die.</summary>
/// <param name="Life">What it does.</param>
/// <param name="Point">Where it dies; none for anywhere.</param>
/// <param name="Passes">At which passing of the point.</param>
/// <param name="Lines">After how many of its lines, where it dies anywhere.</param>
/// <param name="FirstOrder">The first of its own orders.</param>
/// <param name="Orders">How many.</param>
/// <param name="Again">Orders of earlier lives that it offers once more, as a desk does whose order never ended.</param>
internal sealed record ChaosPlan(ChaosLife Life, FaultPoint Point, int Passes, int Lines, ulong FirstOrder, int Orders, IReadOnlyList<ulong> Again);
