using FastRebalance.Native;

namespace FastRebalance.UnitTests.Engine.Routing;

/// <summary>A seeded random graph with a question about it.</summary>
internal sealed record PathSearchGraph(PathQuery Query, PathEdge[] Edges, byte[] Blocked)
{
    public const int MaxAssets = 24;
    public const int MaxEdges = 160;

    public static PathSearchGraph Random(Random random, int maxAssets = MaxAssets, int maxEdges = MaxEdges)
    {
        int style = random.Next(3);
        int assets = random.Next(2, maxAssets + 1);
        int pools = random.Next(1, maxEdges / 2 + 2);
        int source = random.Next(assets);
        PathQuery query = new()
        {
            AmountIn = Size(random, style),
            GasPriceInTarget = random.Next(3) == 0 ? 0.0 : style == 1 ? Size(random, style) : Size(random, style) * 1e-6,
            Source = source,
            Target = (source + 1 + random.Next(assets - 1)) % assets,
            AssetCount = assets,
            PoolCount = pools,
            MaxHops = random.Next(1, PathLimits.MaxHops + 1),
            MaxPaths = random.Next(1, 9),
        };
        PathEdge[] edges = new PathEdge[random.Next(maxEdges + 1)];
        foreach (ref PathEdge edge in edges.AsSpan())
        {
            edge.From = random.Next(assets);
            edge.To = (edge.From + 1 + random.Next(assets - 1)) % assets;
            edge.Pool = random.Next(pools);
            edge.Rate = Size(random, style);
            edge.Depth = Size(random, style);
            edge.Gas = random.Next(4) == 0 ? 0u : (uint)random.Next(200_000);
        }
        byte[] blocked = new byte[pools];
        foreach (ref byte pool in blocked.AsSpan())
            pool = (byte)(random.Next(8) == 0 ? 1 : 0);
        return new PathSearchGraph(query, edges, blocked);
    }

    // Everyday pools, the whole allowed range, and a few coarse values so that paths of equal value do occur.
    private static double Size(Random random, int style) => style switch
    {
        0 => Math.Exp((random.NextDouble() - 0.5) * 4.0),
        1 => Math.ScaleB(1.0 + random.NextDouble(), random.Next(299) - 150),
        _ => Math.ScaleB(1.0, random.Next(3)),
    };
}
