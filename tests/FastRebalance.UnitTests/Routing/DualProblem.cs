using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.UnitTests.Routing;

/// <summary>A seeded basket problem in the solver's own numbers: no pools behind it, so that the twins can be held against each other fast.</summary>
internal sealed class DualProblem
{
    private readonly Random _random;
    private readonly int _chain;

    /// <param name="seed">Everything follows from it.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="edges">Pools of two.</param>
    /// <param name="depth">Value of a pool beside the portfolio's, to a factor of ten either way.</param>
    /// <param name="noise">How far pools disagree, as a fraction of the price.</param>
    /// <param name="goal">1, 2 or 3.</param>
    /// <param name="chain">Segments of each way.</param>
    public DualProblem(int seed, int tokens, int edges, double depth, double noise, int goal, int chain = 1)
    {
        _random = new Random(seed);
        _chain = chain;
        Tokens = new DualToken[tokens];
        Edges = new DualEdge[edges];
        Segments = new DualSegment[2 * edges * chain];
        Query = new DualQuery { Scale = 1, Aversion = goal == 2 ? 10 : 1, Tolerance = 1e-13, Goal = goal, Kept = 0, MaxIterations = 300 };
        FillTokens(goal);
        for (int i = 0; i < edges; i++)
        {
            int a = i < tokens - 1 ? i : _random.Next(tokens);
            int b = i < tokens - 1 ? i + 1 : (a + 1 + _random.Next(tokens - 1)) % tokens;
            Edges[i] = new DualEdge { A = a, B = b, FirstAB = 2 * i * chain, CountAB = chain, FirstBA = (2 * i + 1) * chain, CountBA = chain };
            SetPool(i, Math.Exp(noise * (2 * _random.NextDouble() - 1)), depth * Math.Pow(10, 2 * _random.NextDouble() - 1), 1 - (1 + 100 * _random.NextDouble()) * 1e-4);
        }
    }

    public DualToken[] Tokens { get; }

    public DualEdge[] Edges { get; }

    public DualSegment[] Segments { get; }

    public DualQuery Query { get; private set; }

    public byte[] Closed { get; set; } = [];

    public void StopAfter(int iterations) => Query = Query with { MaxIterations = iterations };

    public void Warm() => Query = Query with { KeepFactor = 1 };

    /// <summary>Moves one pool's price by up to half a percent.</summary>
    public void Disturb()
    {
        int edge = _random.Next(Edges.Length);
        SetPool(edge, Math.Exp(0.005 * (2 * _random.NextDouble() - 1)), 10 * Math.Pow(10, 2 * _random.NextDouble()), 0.997);
    }

    public DualStatus Solve(IDualSolver solver, double[] eps, double[] over, out DualResult result) =>
        solver.Solve(Query, Tokens, Edges, Segments, Closed, eps, over, out result);

    private void FillTokens(int goal)
    {
        for (int i = 0; i < Tokens.Length; i++)
        {
            Tokens[i].Held = goal != 3 && _random.NextDouble() < 0.7 ? _random.NextDouble() : 0;
            Tokens[i].Weight = _random.NextDouble() < 0.7 ? _random.NextDouble() : 0;
        }
        Tokens[1].Held += 0.5;
        Tokens[0].Weight += 0.5;
        double held = Tokens.Sum(t => t.Held), weight = Tokens.Sum(t => t.Weight);
        foreach (ref DualToken t in Tokens.AsSpan())
            (t.Held, t.Weight) = (t.Held / held, t.Weight / weight);
    }

    private void SetPool(int edge, double price, double depth, double kept)
    {
        for (int way = 0; way < 2; way++)
            for (int i = 0; i < _chain; i++)
            {
                double log = 0.5 * Math.Log(kept * (way == 0 ? price : 1 / price)) - 0.01 * i;
                bool isLast = i == _chain - 1;
                Segments[(2 * edge + way) * _chain + i] = new DualSegment
                {
                    LogKappa = log,
                    Kappa = Math.Exp(log) - 1,
                    Root = depth * Math.Sqrt(price) * (1 + 0.5 * i) / Math.Sqrt(kept),
                    Cap = isLast ? double.MaxValue : Math.Exp(0.01) - 1,
                    LogCap = isLast ? double.MaxValue : 0.01,
                };
            }
        Edges[edge].KappaAB = Segments[Edges[edge].FirstAB].Kappa;
        Edges[edge].KappaBA = Segments[Edges[edge].FirstBA].Kappa;
    }
}
