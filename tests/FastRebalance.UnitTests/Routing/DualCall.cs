using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.UnitTests.Routing;

/// <summary>A call of a dual solver whose every argument can be spoilt. As made, it is a small basket without a mistake.</summary>
internal sealed class DualCall
{
    public const int TokenCount = 3;
    public const int EdgeCount = 4;
    public const int SegmentCount = 16;

    public DualCall()
    {
        DualProblem problem = new(seed: 7, TokenCount, EdgeCount, depth: 10, noise: 0, goal: 3, chain: 2);
        (Query, Tokens, Edges, Segments) = (problem.Query, problem.Tokens, problem.Edges, problem.Segments);
    }

    public DualQuery Query;

    public DualToken[] Tokens { get; set; }

    public DualEdge[] Edges { get; set; }

    public DualSegment[] Segments { get; set; }

    public byte[] Closed { get; set; } = new byte[EdgeCount];

    public double[] Eps { get; set; } = new double[TokenCount];

    public double[] Over { get; set; } = new double[SegmentCount];

    public DualStatus Solve(IDualSolver solver, out DualResult result) =>
        solver.Solve(Query, Tokens, Edges, Segments, Closed, Eps, Over, out result);
}
