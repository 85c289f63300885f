using FastRebalance.Amm;
using FastRebalance.Core.Baskets;
using FastRebalance.Native;
using FastRebalance.Routing.Duals;

namespace FastRebalance.Routing.Baskets;

/// <summary>
/// Chooses the pools that are worth their gas. At the prices of any solve no choice is worth more than the goal's best plus, of every open pool, what it
/// has to give beyond its gas, and nothing where that is less: so only pools in use that bring less than their gas are in question. Few pools
/// are searched completely, by branch and bound: each of those in question is closed, or its gas counted as paid. Of many they are closed
/// while that helps, in batches first and one by one in the end. Allocates nothing after it is made.
/// </summary>
internal sealed class GasChoice(BasketGraph graph, BasketNumbers numbers, GasChoice.Solver solve)
{
    /// <summary>With so many pools or fewer the choice is the best there is.</summary>
    public const int CompleteUpTo = 12;

    private const int MaxTrials = 48;

    // Flows that the interior-point method leaves in pools which are not used stay below this.
    private const double UsedShare = 1e-11;

    private const double Tie = 1e-14;

    private readonly byte[] _best = new byte[graph.EdgeCapacity];
    private readonly byte[] _decided = new byte[graph.EdgeCapacity]; // 1: its gas is paid
    private readonly double[] _worth = new double[numbers.Tokens.Length];
    private readonly double[] _eps = new double[numbers.Tokens.Length];
    private readonly Candidate[] _candidates = new Candidate[(2 * graph.EdgeCapacity) + (CompleteUpTo * CompleteUpTo)];
    private double _bestValue;

    /// <summary>Solves for the ways that are open now, from those prices on.</summary>
    internal delegate bool Solver(ReadOnlySpan<double> eps);

    /// <summary>Leaves the chosen ways open and solved.</summary>
    public void Choose()
    {
        int edges = graph.EdgeCount;
        Array.Clear(_decided);
        numbers.Eps.CopyTo(_eps, 0);
        _bestValue = double.NegativeInfinity;
        CloseAll();
        OfferDoingNothing();
        numbers.Reopen();
        if (!solve(_eps))
            return;
        if (edges <= CompleteUpTo)
            Branch(0);
        else
            LeaveOutWhileItHelps();
        _best.AsSpan(0, edges).CopyTo(numbers.Closed);
        solve(_eps);
    }

    /// <summary>Closes the weakest pools in question; takes fewer where that was worse, and others where one alone was.</summary>
    private void LeaveOutWhileItHelps()
    {
        Span<Candidate> candidates = _candidates.AsSpan(0, graph.EdgeCapacity), others = _candidates.AsSpan(graph.EdgeCapacity);
        int count = Appraise(candidates, out double value, out _);
        Offer(value);
        int batch = (count + 1) / 2, first = 0;
        for (int trials = 0; first < count && trials < MaxTrials; trials++)
        {
            batch = Math.Min(batch, count - first);
            Close(candidates.Slice(first, batch), DualWays.Both);
            double next = double.NegativeInfinity;
            int left = 0;
            if (solve(_eps))
                left = Appraise(others, out next, out _);
            if (next > value)
            {
                Offer(next);
                numbers.Eps.CopyTo(_eps, 0);
                Span<Candidate> old = candidates;
                candidates = others;
                others = old;
                (count, value, first) = (left, next, 0);
                batch = Math.Min(batch, (count + 1) / 2);
                continue;
            }
            Close(candidates.Slice(first, batch), 0);
            if (batch > 1)
                batch /= 2;
            else
                first++;
        }
    }

    private void Close(ReadOnlySpan<Candidate> candidates, byte ways)
    {
        foreach (ref readonly Candidate candidate in candidates)
            numbers.Closed[candidate.Edge] = ways;
    }

    /// <summary>The node whose ways are open now has just been solved.</summary>
    /// <param name="first">Where the node may keep its candidates.</param>
    private void Branch(int first)
    {
        int count = Appraise(_candidates.AsSpan(first), out double value, out double bound);
        Offer(value);
        int decided = 0;
        for (; decided < count && bound > _bestValue + Tie; decided++)
        {
            Candidate candidate = _candidates[first + decided];
            numbers.Closed[candidate.Edge] = DualWays.Both;
            if (solve(_eps))
                Branch(first + count);
            numbers.Closed[candidate.Edge] = 0;

            _decided[candidate.Edge] = 1;
            bound += candidate.Net; // its gas is paid now, more than it brings
        }
        while (decided-- > 0)
            _decided[_candidates[first + decided].Edge] = 0;
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
        Appraise(_candidates, out double value, out _);
        Offer(value);
    }

    /// <summary>Looks at the flows of the last solve.</summary>
    /// <param name="candidates">The pools in question, those that bring least for their gas first.</param>
    /// <param name="value">The goal's value of the flows, gas taken off.</param>
    /// <param name="bound">What no choice among the open pools exceeds.</param>
    /// <returns>How many candidates there are.</returns>
    private int Appraise(Span<Candidate> candidates, out double value, out double bound)
    {
        double gas = 0, surely = 0;
        int count = 0;
        for (int t = 0; t < numbers.TokenCount; t++)
            _worth[t] = numbers.Tokens[t].Held;
        for (int e = 0; e < graph.EdgeCount; e++)
        {
            if (numbers.Closed[e] == DualWays.Both)
                continue;
            Move(e);
            if (!IsUsed(e))
                continue;
            double share = numbers.GasShare[e];
            gas += share;
            double net = numbers.Arbitrage(e) - share;
            bool isInQuestion = net < 0 && _decided[e] == 0;
            surely += isInQuestion ? share + net : share;
            if (isInQuestion)
                candidates[count++] = new Candidate(e, net);
        }
        candidates[..count].Sort();
        double open = Goal();
        value = open - gas;
        bound = open - surely;
        return count;
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

    /// <param name="Net">What it brings at the prices beyond its gas; below zero.</param>
    private readonly record struct Candidate(int Edge, double Net) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other) => Net != other.Net ? Net.CompareTo(other.Net) : Edge.CompareTo(other.Edge);
    }
}
