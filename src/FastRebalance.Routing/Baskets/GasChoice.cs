using FastRebalance.Amm;
using FastRebalance.Core.Baskets;
using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// Chooses the pools that are worth their gas. Branch and bound: a pool is either left out or its gas is paid, and pools not yet decided on are
/// open for nothing, which no choice can beat. Complete for few pools; for many a budget ends it, and a first answer found by
/// leaving out the smallest again and again stands in. Allocates nothing after it is made.
/// </summary>
internal sealed class GasChoice(BasketGraph graph, BasketNumbers numbers, Func<bool> solve)
{
    /// <summary>With so many pools or fewer the choice is the best there is.</summary>
    public const int CompleteUpTo = 12;

    private const int LargeBudget = 150;

    // Flows that the interior-point method leaves in pools which are not used stay below this.
    private const double UsedShare = 1e-11;

    private const double Tie = 1e-14;

    private readonly byte[] _best = new byte[graph.EdgeCapacity];
    private readonly byte[] _decided = new byte[graph.EdgeCapacity]; // 1: its gas is paid
    private readonly double[] _worth = new double[numbers.Tokens.Length];
    private double _bestValue;
    private double _paid;
    private int _budget;

    /// <summary>Leaves the chosen ways open and solved.</summary>
    public void Choose()
    {
        int edges = graph.EdgeCount;
        Array.Clear(_decided);
        _paid = 0;
        _bestValue = double.NegativeInfinity;
        CloseAll();
        OfferDoingNothing();
        numbers.Reopen();
        if (!solve())
            return;
        _budget = int.MaxValue;
        if (edges > CompleteUpTo)
        {
            LeaveOutSmallest();
            numbers.Reopen();
            solve();
            _budget = LargeBudget;
        }
        Branch();
        _best.AsSpan(0, edges).CopyTo(numbers.Closed);
        solve();
    }

    /// <summary>The node whose ways are open now has just been solved.</summary>
    private void Branch()
    {
        double open = Appraise(out double gas, out int weakest);
        Offer(open - gas);
        if (weakest < 0 || open - _paid <= _bestValue + Tie || --_budget < 0)
            return;
        byte before = numbers.Closed[weakest];

        numbers.Closed[weakest] = DualWays.Both;
        if (solve())
            Branch();
        numbers.Closed[weakest] = before;

        _decided[weakest] = 1;
        _paid += numbers.GasShare[weakest];
        if (open - _paid > _bestValue + Tie && solve())
            Branch();
        _paid -= numbers.GasShare[weakest];
        _decided[weakest] = 0;
    }

    /// <summary>Halves the pools in use, the smallest first, until one is left.</summary>
    private void LeaveOutSmallest()
    {
        while (true)
        {
            double open = Appraise(out double gas, out _);
            Offer(open - gas);
            int used = 0;
            for (int e = 0; e < graph.EdgeCount; e++)
                if (IsUsed(e))
                    used++;
            if (used <= 1)
                return;
            for (int left = (used + 1) / 2; left > 0; left--)
                numbers.Closed[SmallestUsed()] = DualWays.Both;
            if (!solve())
                return;
        }
    }

    private int SmallestUsed()
    {
        int smallest = -1;
        double least = double.PositiveInfinity;
        for (int e = 0; e < graph.EdgeCount; e++)
        {
            if (numbers.Closed[e] == DualWays.Both || !IsUsed(e))
                continue;
            double net = numbers.Arbitrage(e) - numbers.GasShare[e];
            if (net < least)
                (least, smallest) = (net, e);
        }
        return smallest;
    }

    private bool IsUsed(int edge) => ShareOf(edge) > UsedShare;

    private double ShareOf(int edge)
    {
        ref readonly DualEdge e = ref graph.Edges[edge];
        double a = e.CountAB > 0 ? numbers.AmountIn(edge, sellsA: true) * graph.ReferenceOf(e.A) : 0;
        double b = e.CountBA > 0 ? numbers.AmountIn(edge, sellsA: false) * graph.ReferenceOf(e.B) : 0;
        return Math.Max(a, b) / numbers.Value;
    }

    private void Offer(double value)
    {
        if (!(value > _bestValue + Tie))
            return;
        _bestValue = value;
        for (int e = 0; e < graph.EdgeCount; e++)
            _best[e] = IsUsed(e) ? numbers.Barred[e] : DualWays.Both;
    }

    private void CloseAll() => numbers.Closed.AsSpan(0, graph.EdgeCount).Fill(DualWays.Both);

    private void OfferDoingNothing()
    {
        numbers.Over.AsSpan().Clear();
        Offer(Appraise(out _, out _));
    }

    /// <summary>The goal's value of the flows, gas not taken off.</summary>
    /// <param name="gas">What the pools in use cost.</param>
    /// <param name="weakest">The pool in use, not decided on, that brings least for its gas; -1 where every one is decided.</param>
    private double Appraise(out double gas, out int weakest)
    {
        gas = 0;
        weakest = -1;
        double least = double.PositiveInfinity;
        for (int t = 0; t < numbers.TokenCount; t++)
            _worth[t] = numbers.Tokens[t].Held;
        for (int e = 0; e < graph.EdgeCount; e++)
        {
            Move(e);
            if (!IsUsed(e))
                continue;
            gas += numbers.GasShare[e];
            double net = numbers.Arbitrage(e) - numbers.GasShare[e];
            if (_decided[e] == 0 && net < least)
                (least, weakest) = (net, e);
        }
        return Goal();
    }

    private void Move(int edge)
    {
        ref readonly DualEdge e = ref graph.Edges[edge];
        double scaleA = graph.ReferenceOf(e.A) / numbers.Value, scaleB = graph.ReferenceOf(e.B) / numbers.Value;
        if (e.CountAB > 0)
        {
            _worth[e.A] -= numbers.AmountIn(edge, sellsA: true) * scaleA;
            _worth[e.B] += numbers.AmountOut(edge, sellsA: true) * scaleB;
        }
        if (e.CountBA > 0)
        {
            _worth[e.B] -= numbers.AmountIn(edge, sellsA: false) * scaleB;
            _worth[e.A] += numbers.AmountOut(edge, sellsA: false) * scaleA;
        }
    }

    private double Goal()
    {
        const double slack = 1e-9;
        double sum = 0;
        for (int t = 0; t < numbers.TokenCount; t++)
        {
            double worth = _worth[t], weight = numbers.Tokens[t].Weight;
            switch (numbers.Goal)
            {
                case BasketGoal.TargetWeights:
                    if (weight > 0)
                        sum += worth > 0 ? weight * DualMath.Ln(worth) : double.NegativeInfinity;
                    else if (worth < -slack)
                        return double.NegativeInfinity;
                    break;
                case BasketGoal.TrackingError:
                    if (worth < -slack)
                        return double.NegativeInfinity;
                    sum += worth - 0.5 * numbers.Aversion * (worth - weight) * (worth - weight);
                    break;
                default:
                    if (t == numbers.Kept)
                        sum += worth;
                    else if (worth < numbers.Tokens[t].Owed - slack)
                        return double.NegativeInfinity;
                    break;
            }
        }
        return sum;
    }
}
