using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;
using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// A request in the solver's numbers, and the answer to it: tokens, prices, growths, what each leg's gas costs, and what follows from them. Values
/// are shares of the portfolio at the graph's reference prices. Owned by one thread; allocates nothing after it is made.
/// </summary>
internal sealed class BasketNumbers(BasketGraph graph, int assetCount)
{
    private const double LeastPrice = 1e-20;

    private readonly bool[] _isTouched = new bool[assetCount]; // by token

    public DualToken[] Tokens { get; } = new DualToken[assetCount];

    /// <summary>The tokens as the solver gets them: one that no open way touches is none of its business.</summary>
    public DualToken[] Tradable { get; } = new DualToken[assetCount];

    /// <summary>Token i is worth <c>(1 + Eps[i])^2</c> times its reference price.</summary>
    public double[] Eps { get; } = new double[assetCount];

    /// <summary>Gas of one leg through each edge, as a share of the portfolio.</summary>
    public double[] GasShare { get; } = new double[graph.EdgeCapacity];

    /// <summary>Ways that no plan may use, by edge.</summary>
    public byte[] Barred { get; } = new byte[graph.EdgeCapacity];

    /// <summary>Barred ways, and those that this solve does without, by edge.</summary>
    public byte[] Closed { get; } = new byte[graph.EdgeCapacity];

    public double[] Over { get; private set; } = [];

    public BasketGoal Goal { get; private set; }

    public double Aversion { get; private set; }

    /// <summary>The token that is collected; -1 where the goal names none.</summary>
    public int Kept { get; private set; }

    /// <summary>Value of what is held at the graph's reference prices.</summary>
    public double Value { get; private set; }

    /// <summary>A share of the portfolio here, as a share at the request's own prices: 1 but for <see cref="BasketGoal.MostOfOne"/>.</summary>
    public double Stretch { get; private set; } = 1;

    public int TokenCount => graph.TokenCount;

    public bool UsesGas { get; private set; }

    /// <summary>What one unit of gas costs.</summary>
    public double SharePerGas { get; private set; }

    public void MakeRoom() => Over = new double[graph.SegmentCapacity];

    /// <summary>The request in shares.</summary>
    public void Read(BasketRequest request, ReadOnlySpan<byte> barredPools, uint legGas)
    {
        Goal = request.Goal;
        Aversion = request.Goal == BasketGoal.TrackingError ? request.Aversion : 1;
        Kept = request.Goal == BasketGoal.MostOfOne ? graph.TokenOf(request.Kept.Index) : -1;
        double value = 0, asked = 0;
        for (int t = 0; t < graph.TokenCount; t++)
        {
            int asset = graph.AssetOf(t);
            value += graph.ReferenceOf(t) * (double)request.Holdings[asset];
            asked += request.ReferencePrices[asset] * (double)request.Holdings[asset];
        }
        Value = value;
        Stretch = Kept < 0 ? 1 : request.ReferencePrices[request.Kept.Index] / asked * (value / graph.ReferenceOf(Kept));
        for (int t = 0; t < graph.TokenCount; t++)
        {
            int asset = graph.AssetOf(t);
            double share = graph.ReferenceOf(t) / value;
            Tokens[t].Held = share * (double)request.Holdings[asset];
            Tokens[t].Weight = Kept < 0 ? request.Weights[asset] : 0;
            Tokens[t].Owed = Kept < 0 ? 0 : share * (double)request.Owed[asset];
        }
        SharePerGas = request.NumerairePerGas / asked / Stretch;
        ReadGas(request.NumerairePerGas > 0, legGas);
        ReadBarred(barredPools);
        Reopen();
    }

    private void ReadGas(bool usesGas, uint legGas)
    {
        if (!usesGas)
            GasShare.AsSpan(0, graph.EdgeCount).Clear();
        else
            for (int e = 0; e < graph.EdgeCount; e++)
                GasShare[e] = (graph.PoolOf(e).TypicalGas + legGas) * SharePerGas;
        UsesGas = usesGas;
    }

    private void ReadBarred(ReadOnlySpan<byte> barredPools)
    {
        if (barredPools.IsEmpty)
            Barred.AsSpan(0, graph.EdgeCount).Clear();
        else
            for (int e = 0; e < graph.EdgeCount; e++)
                Barred[e] = barredPools[graph.PoolIndexOf(e)] != 0 ? DualWays.Both : (byte)0;
    }

    /// <summary>Opens every way that is not barred.</summary>
    public void Reopen() => Barred.AsSpan(0, graph.EdgeCount).CopyTo(Closed);

    /// <summary>Looks which tokens the open ways touch. False where the goal wants something that none of them brings.</summary>
    public bool FindTradable()
    {
        Array.Clear(_isTouched);
        for (int e = 0; e < graph.EdgeCount; e++)
            if (Closed[e] != DualWays.Both)
                _isTouched[graph.Edges[e].A] = _isTouched[graph.Edges[e].B] = true;
        bool isReachable = true;
        for (int t = 0; t < TokenCount; t++)
        {
            Tradable[t] = _isTouched[t] || t == Kept ? Tokens[t] : default;
            if (!_isTouched[t])
                isReachable &= Goal switch
                {
                    BasketGoal.TargetWeights => !(Tokens[t].Weight > 0) || Tokens[t].Held > 0,
                    BasketGoal.MostOfOne => Tokens[t].Owed <= Tokens[t].Held,
                    _ => true,
                };
        }
        return isReachable;
    }

    /// <summary>Prices what cannot be traded so that the bound has no slack there: at what one unit more would be worth to the goal.</summary>
    public void PriceUntouched()
    {
        for (int t = 0; t < TokenCount; t++)
        {
            if (_isTouched[t] || t == Kept)
                continue;
            double price = Goal switch
            {
                BasketGoal.TargetWeights when Tokens[t].Weight > 0 => Tokens[t].Weight / Tokens[t].Held,
                BasketGoal.TrackingError => 1 - Aversion * (Tokens[t].Held - Tokens[t].Weight),
                _ => 0,
            };
            Eps[t] = Math.Sqrt(Math.Max(LeastPrice, price)) - 1;
        }
    }

    public DualQuery Query(bool keepFactor) => new()
    {
        Scale = 1 / Value,
        Aversion = Aversion,
        Tolerance = 1e-13,
        Goal = (int)Goal,
        Kept = Math.Max(0, Kept),
        MaxIterations = 400,
        KeepFactor = keepFactor ? 1 : 0,
    };

    /// <summary>Value of one base unit to the goal, as a share of the portfolio at the graph's reference prices.</summary>
    public double PriceOf(int token)
    {
        double root = 1.0 + Eps[token];
        return root * root * (graph.ReferenceOf(token) / Value);
    }

    /// <summary>Base units that go into one way of an edge, by the growths.</summary>
    public double AmountIn(int edge, bool sellsA)
    {
        ref readonly DualEdge e = ref graph.Edges[edge];
        (int first, int count) = sellsA ? (e.FirstAB, e.CountAB) : (e.FirstBA, e.CountBA);
        double amount = 0;
        for (int i = first; i < first + count; i++)
            amount += graph.CurveAt(i).Depth * Over[i];
        return amount;
    }

    /// <summary>Base units that come out.</summary>
    public double AmountOut(int edge, bool sellsA)
    {
        ref readonly DualEdge e = ref graph.Edges[edge];
        (int first, int count) = sellsA ? (e.FirstAB, e.CountAB) : (e.FirstBA, e.CountBA);
        double amount = 0;
        for (int i = first; i < first + count; i++)
        {
            CurveSegment curve = graph.CurveAt(i);
            amount += curve.Rate * curve.Depth * Over[i] / (1.0 + Over[i]);
        }
        return amount;
    }

    /// <summary>The best that a swap through the edge alone can bring at the prices: value out less value in, without gas.</summary>
    public double Arbitrage(int edge)
    {
        ref readonly DualEdge e = ref graph.Edges[edge];
        double a = Eps[e.A], b = Eps[e.B];
        if ((b - a) + e.KappaAB * (1.0 + b) > 0.0)
            return Arbitrage(a, b, e.FirstAB, e.CountAB);
        return (a - b) + e.KappaBA * (1.0 + a) > 0.0 ? Arbitrage(b, a, e.FirstBA, e.CountBA) : 0.0;
    }

    private double Arbitrage(double epsIn, double epsOut, int first, int count)
    {
        double size = (1.0 + epsIn) * (1.0 + epsOut) / Value;
        double sum = 0;
        foreach (ref readonly DualSegment g in graph.Segments.Slice(first, count))
        {
            double lead = (epsOut - epsIn) + g.Kappa * (1.0 + epsOut);
            if (!(lead > 0.0))
                break;
            double over = lead / (1.0 + epsIn);
            double root = g.Root * size;
            if (over <= g.Cap)
                return sum + root * over * over / (1.0 + over);
            sum += root * g.Cap * ((1.0 + over) * over + (over - g.Cap)) / ((1.0 + g.Cap) * (1.0 + over));
        }
        return sum;
    }
}
