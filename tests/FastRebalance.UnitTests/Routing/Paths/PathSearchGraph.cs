using FastRebalance.Native;

namespace FastRebalance.UnitTests.Routing.Paths;

/// <summary>A seeded random graph with a question about it.</summary>
internal sealed record PathSearchGraph(PathQuery Query, bool IsExactOut, int AssetCount, int PoolCount, PathEdge[] Edges, byte[] Blocked)
{
    public const int MaxAssets = 24;
    public const int MaxEdges = 160;

    private int Style { get; init; }

    public static PathSearchGraph Random(Random random, int maxAssets = MaxAssets, int maxEdges = MaxEdges)
    {
        int style = random.Next(4);
        int assets = random.Next(2, maxAssets + 1);
        int pools = random.Next(1, maxEdges / 2 + 2);
        PathEdge[] edges = new PathEdge[random.Next(maxEdges + 1)];
        foreach (ref PathEdge edge in edges.AsSpan())
        {
            edge.From = random.Next(assets);
            edge.To = (edge.From + 1 + random.Next(assets - 1)) % assets;
            edge.Pool = random.Next(pools);
            (edge.Rate, edge.Depth, edge.Gas) = Curve(random, style);
        }
        byte[] blocked = new byte[pools];
        foreach (ref byte pool in blocked.AsSpan())
            pool = (byte)(random.Next(8) == 0 ? 1 : 0);
        return new PathSearchGraph(default, false, assets, pools, edges, blocked) { Style = style }.WithQuestion(random);
    }

    /// <summary>The same graph and another question.</summary>
    public PathSearchGraph WithQuestion(Random random)
    {
        int source = random.Next(AssetCount);
        double gasPrice = random.Next(3) == 0 ? 0.0 : Style == 1 ? Size(random, Style) : Size(random, Style) * 1e-6;
        PathQuery query = new()
        {
            Amount = Size(random, Style),
            GasPrice = gasPrice,
            Source = source,
            Target = (source + 1 + random.Next(AssetCount - 1)) % AssetCount,
            MaxHops = random.Next(2) == 0 ? PathLimits.MaxHops : random.Next(1, PathLimits.MaxHops + 1),
            MaxPaths = random.Next(1, 9),
        };
        return this with { Query = query, IsExactOut = random.Next(2) == 0 };
    }

    /// <summary>Another rate, depth and gas for some edge, in this graph and told.</summary>
    public PathEdgeChange ChangeSome(Random random)
    {
        PathEdgeChange change = new() { Edge = random.Next(Edges.Length) };
        (change.Rate, change.Depth, change.Gas) = Curve(random, Style);
        ref PathEdge edge = ref Edges[change.Edge];
        (edge.Rate, edge.Depth, edge.Gas) = (change.Rate, change.Depth, change.Gas);
        return change;
    }

    private static (double Rate, double Depth, uint Gas) Curve(Random random, int style)
    {
        uint gas = random.Next(4) == 0 ? 0u : (uint)random.Next(200_000);
        return random.Next(10) == 0 ? (0, 0, gas) : (Size(random, style), Size(random, style), gas);
    }

    // Everyday pools, the whole allowed range, a few coarse values so that paths of equal value do occur, and prices that lie apart by
    // 10^18 as those of tokens with other decimals, and of dust, do.
    private static double Size(Random random, int style) => style switch
    {
        0 => Math.Exp((random.NextDouble() - 0.5) * 4.0),
        1 => Math.ScaleB(1.0 + random.NextDouble(), random.Next(299) - 150),
        2 => Math.ScaleB(1.0, random.Next(3)),
        _ => (1.0 + random.NextDouble()) * (random.Next(3) switch { 0 => 1e18, 1 => 1.0, _ => 1e-18 }),
    };
}
