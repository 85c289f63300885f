using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>The primal-dual interior-point method on the dual; its twin and the reasons stand in native/src/basket_dual.h.</summary>
internal static class InteriorPointMethod
{
    private const int MaxSteps = 80;
    private const double LongStride = 2.0;
    private const double NearProducts = 1e-16;
    private const double NearBalance = 1e-12;
    private const double SmallProducts = 1e-9;
    private const double MostBehind = 1e3;

    /// <summary>A segment that begins this much below the reference prices is left out at first.</summary>
    public const double Reach = -0.03;

    private const double UsedUp = 0.99;

    /// <summary>Leaves prices in eps and growths in the arcs. True where both came as near as was asked.</summary>
    /// <param name="isCut">Segments were left out.</param>
    public static bool Approach(ref DualWork s, Span<double> eps, double reach, out bool isCut)
    {
        bool isNear = false;
        isCut = false;
        Collect(ref s, reach);
        if (s.ArcCount == 0)
            return false;
        Begin(ref s);
        for (int steps = 0; steps < MaxSteps; steps++)
        {
            double unbalanced = Balance(ref s, out double products, out int pairs);
            s.Mix(products);
            s.Mix(unbalanced);
            isNear = products <= NearProducts && unbalanced <= NearBalance;
            if (isNear || s.Iterations >= s.Query.MaxIterations || !(products >= 0.0))
                break;
            s.Iterations++;
            s.Diagonal(1.0);
            foreach (ref readonly DualArc c in s.Arcs[..s.ArcCount])
                s.Spring(c.In, c.Out, 0.5 * c.Heft * c.PerBend);
            s.Factor();
            double longest = Aim(ref s, 0.0, second: false);
            double centring = Foresee(ref s, longest) / products;
            centring = centring * centring * centring;
            if (products < SmallProducts && unbalanced > MostBehind * products)
                centring = 1.0;
            longest = Aim(ref s, centring * products / pairs, longest > 0.1);
            Advance(ref s, longest < 1.0 ? 0.99 * longest : 0.999); // never quite to the edge, where a growth would be zero
        }
        s.HasFactor = false;
        for (int i = 0; i < eps.Length; i++)
            eps[i] = DualMath.Expm1(0.5 * s.LogPrice[i]);
        foreach (ref readonly DualArc c in s.Arcs[..s.ArcCount])
        {
            if (!c.IsCut)
                continue;
            isCut = true;
            if (c.W > UsedUp * c.Most)
                isNear = false;
        }
        return isNear;
    }

    private static void Collect(ref DualWork s, double reach)
    {
        s.ArcCount = 0;
        for (int i = 0; i < s.Edges.Length; i++)
        {
            ref readonly DualEdge e = ref s.Edges[i];
            if (!s.IsClosed(i, DualWays.AB))
                CollectWay(ref s, e.A, e.B, e.FirstAB, e.CountAB, reach);
            if (!s.IsClosed(i, DualWays.BA))
                CollectWay(ref s, e.B, e.A, e.FirstBA, e.CountBA, reach);
        }
    }

    private static void CollectWay(ref DualWork s, int sell, int buy, int first, int count, double reach)
    {
        for (int g = first; g < first + count && s.ArcCount < s.Segments.Length; g++)
        {
            ref readonly DualSegment from = ref s.Segments[g];
            ref DualArc c = ref s.Arcs[s.ArcCount];
            if (g > first && from.LogKappa < reach)
            {
                s.Arcs[s.ArcCount - 1].IsCut = true;
                break;
            }
            c.IsCut = false;
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

    private static void Begin(ref DualWork s)
    {
        double product = 1e-3, circular = 0.0;
        s.LogPrice.Clear();
        s.Root.Fill(1.0);
        Span<DualArc> arcs = s.Arcs[..s.ArcCount];
        foreach (ref readonly DualArc c in arcs)
            if (c.K > 0.0)
                circular += c.Size * c.K * c.K;
        product = product / arcs.Length;
        circular = circular / arcs.Length;
        if (circular > product)
            product = circular;
        foreach (ref DualArc c in arcs)
        {
            double each = product / c.Size, z = c.K;
            double reach = Math.Sqrt(z * z + 4.0 * each);
            c.Hi = 0.0;
            if (z > 0.0)
            {
                c.W = 0.5 * (z + reach);
                c.Lo = each / c.W;
            }
            else
            {
                c.Lo = 0.5 * (reach - z);
                c.W = each / c.Lo;
            }
            if (c.Most < double.MaxValue)
            {
                if (c.W > 0.5 * c.Most)
                {
                    c.W = 0.5 * c.Most;
                    c.Lo = each / c.W;
                }
                c.Hi = z - c.W + c.Lo;
                if (c.Hi < each / (c.Most - c.W))
                {
                    c.Hi = each / (c.Most - c.W);
                    c.Lo = c.W - z + c.Hi;
                }
            }
        }
    }

    private static double Balance(ref DualWork s, out double products, out int pairs)
    {
        double sum = 0.0, unbalanced = 0.0;
        int count = 0;
        s.Evaluations++;
        s.Flow.Clear();
        foreach (ref DualArc c in s.Arcs[..s.ArcCount])
        {
            double grown = DualMath.Expm1(c.W);
            c.Heft = c.Size * s.Root[c.In] * s.Root[c.Out];
            s.Flow[c.In] -= c.Take * grown;
            s.Flow[c.Out] += c.Pay * (grown / (1.0 + grown));
            sum += c.Heft * c.W * c.Lo;
            count++;
            c.PerW = 1.0 / c.W;
            double bend = 1.0 + c.Lo * c.PerW;
            if (c.Most < double.MaxValue)
            {
                sum += c.Heft * (c.Most - c.W) * c.Hi;
                count++;
                c.PerRest = 1.0 / (c.Most - c.W);
                bend += c.Hi * c.PerRest;
            }
            c.PerBend = 1.0 / bend;
        }
        for (int i = 0; i < s.TokenCount; i++)
        {
            double price = s.Root[i] * s.Root[i];
            s.Weigh(i, s.Root[i] - 1.0, price, price * (s.HeldOf(i) + s.Flow[i]));
            unbalanced += DualWork.Abs(s.Residual[i]);
        }
        products = sum;
        pairs = count;
        return unbalanced;
    }

    private static double Aim(ref DualWork s, double target, bool second)
    {
        double longest = 1.0;
        Span<DualArc> arcs = s.Arcs[..s.ArcCount];
        s.Residual.CopyTo(s.Saved);
        foreach (ref DualArc c in arcs)
        {
            double each = target > 0.0 ? target / c.Heft : 0.0;
            c.Rc = each - c.W * c.Lo;
            if (second)
                c.Rc -= c.Dw * c.Dlo;
            double rest = c.Rc * c.PerW;
            if (c.Most < double.MaxValue)
            {
                c.Rh = each - (c.Most - c.W) * c.Hi;
                if (second)
                    c.Rh += c.Dw * c.Dhi;
                rest -= c.Rh * c.PerRest;
            }
            c.Rest = rest * c.PerBend;
            if (c.Out != s.Fixed)
                s.Residual[c.Out] += c.Heft * c.Rest;
            if (c.In != s.Fixed)
                s.Residual[c.In] -= c.Heft * c.Rest;
        }
        s.SolveStep(LongStride);
        s.Saved.CopyTo(s.Residual);
        foreach (ref DualArc c in arcs)
        {
            c.Dw = 0.5 * (s.Step[c.Out] - s.Step[c.In]) * c.PerBend + c.Rest;
            c.Dlo = (c.Rc - c.Lo * c.Dw) * c.PerW;
            if (c.W + longest * c.Dw < 0.0)
                longest = -c.W / c.Dw;
            if (c.Lo + longest * c.Dlo < 0.0)
                longest = -c.Lo / c.Dlo;
            if (c.Most < double.MaxValue)
            {
                c.Dhi = (c.Rh + c.Hi * c.Dw) * c.PerRest;
                if (c.Most - c.W - longest * c.Dw < 0.0)
                    longest = (c.Most - c.W) / c.Dw;
                if (c.Hi + longest * c.Dhi < 0.0)
                    longest = -c.Hi / c.Dhi;
            }
        }
        return longest;
    }

    private static double Foresee(ref DualWork s, double length)
    {
        double sum = 0.0;
        foreach (ref readonly DualArc c in s.Arcs[..s.ArcCount])
        {
            sum += c.Heft * (c.W + length * c.Dw) * (c.Lo + length * c.Dlo);
            if (c.Most < double.MaxValue)
                sum += c.Heft * (c.Most - c.W - length * c.Dw) * (c.Hi + length * c.Dhi);
        }
        return sum;
    }

    private static void Advance(ref DualWork s, double length)
    {
        for (int i = 0; i < s.LogPrice.Length; i++)
        {
            s.LogPrice[i] += length * s.Step[i];
            s.Root[i] = 1.0 + DualMath.Expm1(0.5 * s.LogPrice[i]);
        }
        foreach (ref DualArc c in s.Arcs[..s.ArcCount])
        {
            c.W += length * c.Dw;
            c.Lo += length * c.Dlo;
            if (c.Most < double.MaxValue)
                c.Hi += length * c.Dhi;
        }
    }
}
