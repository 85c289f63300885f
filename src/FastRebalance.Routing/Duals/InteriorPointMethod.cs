namespace FastRebalance.Routing.Duals;

/// <summary>The primal-dual interior-point method on the dual; its twin and the reasons stand in native/src/basket_dual.h.</summary>
internal static class InteriorPointMethod
{
    private const int MaxSteps = 80;
    private const double LongStride = 2.0;
    private const double FirstProducts = 2e-3;
    private const double NearProducts = 1e-16;
    private const double NearBalance = 1e-12;
    private const double HandOverAt = 1e-6;
    private const double HandOverAgain = 1e-2;
    private const double LeastCentring = 1e-6;
    private const double SmallProducts = 1e-9;
    private const double MostBehind = 1e3;
    private const int LookStep = 15;
    private const double ShyOfProducts = 30.0;
    private const double LeastShy = 1e-9;
    private const double MostShy = 1e-2;

    /// <summary>Leaves prices in eps and growths in the arcs.</summary>
    /// <param name="s">The problem.</param>
    /// <param name="eps">The prices.</param>
    /// <param name="merit">Of the prices, where they are exact.</param>
    /// <param name="reach">The farthest class of segments to work on.</param>
    public static ApproachEnd Approach(ref DualWork s, Span<double> eps, ref double merit, int reach)
    {
        double length = 0.0, handOver = HandOverAt;
        bool isNear = false;
        ArcChoice.Collect(ref s, reach);
        if (s.ArcCount == 0)
            return ApproachEnd.Far;
        Begin(ref s);
        for (int steps = 0; steps < MaxSteps; steps++)
        {
            double unbalanced = Advance(ref s, length, out double products);
            s.Mix(products);
            s.Mix(unbalanced);
            isNear = products <= NearProducts && unbalanced <= NearBalance;
            if (!isNear && products <= handOver && unbalanced <= MostBehind * handOver)
            {
                if (HandOver(ref s, eps, ref merit))
                    return ApproachEnd.Exact;
                handOver = HandOverAgain * products;
                Advance(ref s, 0.0, out products);
            }
            if (isNear || s.Iterations >= s.Query.MaxIterations || !(products >= 0.0))
                break;
            if (steps == LookStep && IsCut(ref s, eps, reach))
                return ApproachEnd.Cut;
            s.Iterations++;
            s.Factor();
            length = Direct(ref s, products, unbalanced);
        }
        if (IsCut(ref s, eps, reach))
            return ApproachEnd.Cut;
        return isNear ? ApproachEnd.Near : ApproachEnd.Far;
    }

    private static void ReadPrices(ref DualWork s, Span<double> eps)
    {
        for (int i = 0; i < eps.Length; i++)
            eps[i] = s.Root[i] - 1.0;
    }

    /// <summary>True where the prices of the interior point want segments that were left out; they are in eps then.</summary>
    private static bool IsCut(ref DualWork s, Span<double> eps, int reach)
    {
        ReadPrices(ref s, eps);
        s.HasFactor = false;
        return reach < ArcChoice.Classes - 1 && ArcChoice.Misses(ref s, eps);
    }

    private static bool HandOver(ref DualWork s, Span<double> eps, ref double merit)
    {
        ReadPrices(ref s, eps);
        merit = NewtonMethod.Finish(ref s, eps, s.Evaluate(eps));
        return merit <= DualWork.Noise;
    }

    private static void Begin(ref DualWork s)
    {
        double product = FirstProducts, circular = 0.0;
        s.LogPrice.Clear();
        s.Step.Clear();
        Span<DualArc> arcs = s.Arcs[..s.ArcCount];
        foreach (ref readonly DualArc c in arcs)
            if (c.K > 0.0)
                circular += c.Size * c.K * c.K;
        product = product / arcs.Length;
        circular = circular / arcs.Length;
        if (circular > product)
            product = circular;
        for (int i = 0; i < arcs.Length; i++)
            BeginArc(ref arcs[i], product, i < s.EndedCount);
    }

    private static void BeginArc(ref DualArc c, double product, bool isEnded)
    {
        double each = product / c.Size, z = c.K;
        double reach = Math.Sqrt(z * z + 4.0 * each);
        c.Dw = c.Dlo = c.Dhi = 0.0;
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
        if (!isEnded)
            return;
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

    private static double Advance(ref DualWork s, double length, out double products)
    {
        double sum = 0.0, unbalanced = 0.0;
        s.Evaluations++;
        s.ClearMatrix();
        for (int i = 0; i < s.LogPrice.Length; i++)
        {
            s.LogPrice[i] += length * s.Step[i];
            s.Root[i] = 1.0 + DualMath.Expm1(0.5 * s.LogPrice[i]);
        }
        s.Flow.Clear();
        Span<DualArc> arcs = s.Arcs[..s.ArcCount];
        for (int i = 0; i < arcs.Length; i++)
        {
            ref DualArc c = ref arcs[i];
            c.W += length * c.Dw;
            c.Lo += length * c.Dlo;
            c.Heft = c.Size * s.Root[c.In] * s.Root[c.Out];
            c.PerW = 1.0 / c.W;
            double bend = 1.0 + c.Lo * c.PerW;
            double product = c.W * c.Lo;
            if (i < s.EndedCount)
            {
                c.Hi += length * c.Dhi;
                c.PerRest = 1.0 / (c.Most - c.W);
                bend += c.Hi * c.PerRest;
                product += (c.Most - c.W) * c.Hi;
            }
            c.PerBend = 1.0 / bend;
            sum += c.Heft * product;
            double grown = DualMath.Expm1(c.W);
            s.Flow[c.In] -= c.Take * grown;
            s.Flow[c.Out] += c.Pay * (grown / (1.0 + grown));
            s.Spring(c.In, c.Out, 0.5 * c.Heft * c.PerBend);
        }
        for (int i = 0; i < s.TokenCount; i++)
        {
            double price = s.Root[i] * s.Root[i];
            s.Weigh(i, s.Root[i] - 1.0, price, price * (s.HeldOf(i) + s.Flow[i]));
            unbalanced += DualWork.Abs(s.Residual[i]);
        }
        s.AddDiagonal(1.0);
        products = sum;
        return unbalanced;
    }

    /// <summary>The direction for products that sum to so much; returns how far along it to go.</summary>
    private static double Direct(ref DualWork s, double products, double unbalanced)
    {
        double longest = Aim(ref s, 0.0, second: false, out double own);
        double centring = (1.0 - longest) + longest * longest * own / products; // what that step would leave of the products
        centring = centring * centring * centring;
        if (centring < LeastCentring)
            centring = LeastCentring;
        if (products < SmallProducts && unbalanced > MostBehind * products)
            centring = 1.0;
        longest = Aim(ref s, centring * products / (s.ArcCount + s.EndedCount), longest > 0.1, out _);
        return LengthOf(longest, products);
    }

    private static double LengthOf(double longest, double products)
    {
        double shy = ShyOfProducts * products;
        if (shy > MostShy)
            shy = MostShy;
        if (shy < LeastShy)
            shy = LeastShy;
        return longest < 1.0 ? (1.0 - shy) * longest : 1.0 - 0.1 * shy;
    }

    private static double Aim(ref DualWork s, double target, bool second, out double own)
    {
        Span<DualArc> arcs = s.Arcs[..s.ArcCount];
        s.Residual.CopyTo(s.Saved);
        for (int i = 0; i < arcs.Length; i++)
        {
            ref DualArc c = ref arcs[i];
            double each = target > 0.0 ? target / c.Heft : 0.0;
            c.Rc = each - c.W * c.Lo;
            if (second)
                c.Rc -= c.Dw * c.Dlo;
            double rest = c.Rc * c.PerW;
            if (i < s.EndedCount)
            {
                c.Rh = each - (c.Most - c.W) * c.Hi;
                if (second)
                    c.Rh += c.Dw * c.Dhi;
                rest -= c.Rh * c.PerRest;
            }
            c.Rest = rest * c.PerBend;
            s.Residual[c.Out] += c.Heft * c.Rest;
            s.Residual[c.In] -= c.Heft * c.Rest;
        }
        if (s.Fixed >= 0)
            s.Residual[s.Fixed] = s.Saved[s.Fixed];
        s.SolveStep(LongStride);
        s.Saved.CopyTo(s.Residual);
        return LongestStep(ref s, arcs, out own);
    }

    private static double LongestStep(ref DualWork s, Span<DualArc> arcs, out double own)
    {
        double longest = 1.0, sum = 0.0;
        for (int i = 0; i < arcs.Length; i++)
        {
            ref DualArc c = ref arcs[i];
            c.Dw = 0.5 * (s.Step[c.Out] - s.Step[c.In]) * c.PerBend + c.Rest;
            c.Dlo = (c.Rc - c.Lo * c.Dw) * c.PerW;
            double slack = c.Dlo;
            if (c.W + longest * c.Dw < 0.0)
                longest = -c.W / c.Dw;
            if (c.Lo + longest * c.Dlo < 0.0)
                longest = -c.Lo / c.Dlo;
            if (i < s.EndedCount)
            {
                c.Dhi = (c.Rh + c.Hi * c.Dw) * c.PerRest;
                slack -= c.Dhi;
                if (c.Most - c.W - longest * c.Dw < 0.0)
                    longest = (c.Most - c.W) / c.Dw;
                if (c.Hi + longest * c.Dhi < 0.0)
                    longest = -c.Hi / c.Dhi;
            }
            sum += c.Heft * c.Dw * slack;
        }
        own = sum;
        return longest;
    }
}
