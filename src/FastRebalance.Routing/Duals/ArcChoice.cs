using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>Which segments the interior-point method works on; its twin and the reasons stand in native/src/basket_dual.h.</summary>
internal static class ArcChoice
{
    /// <summary>Classes of how far below the reference prices a segment begins.</summary>
    public const int Classes = 72;

    private const double FirstClassEnds = 1.0 / (1 << 20);
    private const int FirstOctave = 1023 - 20;

    /// <summary>The farthest class that is to be taken in for about so many segments.</summary>
    public static int ReachOf(ref DualWork s, int wanted)
    {
        Span<int> counts = stackalloc int[Classes];
        counts.Clear();
        s.BestSale.Fill(double.MinValue);
        s.BestPurchase.Fill(double.MinValue);
        for (int i = 0; i < s.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref s.Edges[i];
            if (!s.IsClosed(i, DualWays.AB))
                CountWay(ref s, counts, s.Segments.Slice(e.FirstAB, e.CountAB), e.A, e.B);
            if (!s.IsClosed(i, DualWays.BA))
                CountWay(ref s, counts, s.Segments.Slice(e.FirstBA, e.CountBA), e.B, e.A);
        }
        int reach = 0;
        for (int sum = counts[0]; sum < wanted && reach < Classes - 1; sum += counts[reach])
            reach++;
        return reach;
    }

    public static void Collect(ref DualWork s, int reach)
    {
        for (int i = 0; i < s.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref s.Edges[i];
            s.Kept[i].AB = s.IsClosed(i, DualWays.AB) ? 0 : KeptOf(ref s, s.Segments.Slice(e.FirstAB, e.CountAB), e.A, e.B, reach);
            s.Kept[i].BA = s.IsClosed(i, DualWays.BA) ? 0 : KeptOf(ref s, s.Segments.Slice(e.FirstBA, e.CountBA), e.B, e.A, reach);
        }
        s.ArcCount = 0;
        TakeIn(ref s, isEnded: true);
        s.EndedCount = s.ArcCount;
        TakeIn(ref s, isEnded: false);
    }

    /// <summary>True where a segment that was left out would trade at the prices.</summary>
    public static bool Misses(ref DualWork s, ReadOnlySpan<double> eps)
    {
        for (int i = 0; i < s.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref s.Edges[i];
            KeptSegments kept = s.Kept[i];
            double a = eps[e.A], b = eps[e.B];
            if (kept.AB < e.CountAB && !s.IsClosed(i, DualWays.AB) && WouldTrade(ref s, e.FirstAB + kept.AB, a, b))
                return true;
            if (kept.BA < e.CountBA && !s.IsClosed(i, DualWays.BA) && WouldTrade(ref s, e.FirstBA + kept.BA, b, a))
                return true;
        }
        return false;
    }

    private static int ClassOf(double logKappa)
    {
        double below = -logKappa;
        if (!(below > FirstClassEnds))
            return 0;
        long classOf = (long)(BitConverter.DoubleToUInt64Bits(below) >> 50) - (FirstOctave << 2) + 1; // exponent and two bits of the fraction
        return classOf < Classes ? (int)classOf : Classes - 1;
    }

    private static void CountWay(ref DualWork s, scoped Span<int> counts, ReadOnlySpan<DualSegment> way, int sell, int buy)
    {
        if (way.IsEmpty)
            return;
        if (way[0].LogKappa > s.BestSale[sell])
            s.BestSale[sell] = way[0].LogKappa;
        if (way[0].LogKappa > s.BestPurchase[buy])
            s.BestPurchase[buy] = way[0].LogKappa;
        foreach (ref readonly DualSegment g in way)
        {
            int classOf = ClassOf(g.LogKappa);
            counts[classOf]++;
            if (classOf == Classes - 1)
                return;
        }
    }

    private static int KeptOf(ref DualWork s, ReadOnlySpan<DualSegment> way, int sell, int buy, int reach)
    {
        int kept = 0;
        while (kept < way.Length && ClassOf(way[kept].LogKappa) <= reach)
            kept++;
        if (kept == 0 && !way.IsEmpty && (way[0].LogKappa >= s.BestSale[sell] || way[0].LogKappa >= s.BestPurchase[buy]))
            kept = 1;
        return kept;
    }

    private static void TakeIn(ref DualWork s, bool isEnded)
    {
        for (int i = 0; i < s.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref s.Edges[i];
            TakeInWay(ref s, e.FirstAB, s.Kept[i].AB, e.A, e.B, isEnded);
            TakeInWay(ref s, e.FirstBA, s.Kept[i].BA, e.B, e.A, isEnded);
        }
    }

    private static void TakeInWay(ref DualWork s, int first, int kept, int sell, int buy, bool isEnded)
    {
        for (int g = first; g < first + kept && s.ArcCount < s.Segments.Length; g++)
        {
            ref readonly DualSegment from = ref s.Segments[g];
            ref DualArc c = ref s.Arcs[s.ArcCount];
            if (from.LogCap < double.MaxValue != isEnded)
                continue;
            c.Segment = g;
            c.In = sell;
            c.Out = buy;
            c.Take = from.Root / (1.0 + from.Kappa) * s.Query.Scale;
            c.Pay = from.Root * (1.0 + from.Kappa) * s.Query.Scale;
            c.Size = from.Root * s.Query.Scale;
            c.Most = from.LogCap;
            c.K = from.LogKappa;
            s.ArcCount++;
        }
    }

    private static bool WouldTrade(ref DualWork s, int segment, double epsIn, double epsOut) =>
        (epsOut - epsIn) + s.Segments[segment].Kappa * (1.0 + epsOut) > 0.0;
}
