namespace FastRebalance.Quant.Optimisers;

/// <summary>Keeps every weight of a pool from running dry (QuantAMM's guard rail).</summary>
public static class GuardRails
{
    /// <summary>
    /// Lifts weights below <paramref name="least"/> to it and scales the others to what is left of one, until none is below. So none comes
    /// out above 1 − (N−1)·least either.
    /// </summary>
    /// <param name="weights">Changed in place; they need not add up to one before, and do after.</param>
    /// <param name="least">Least weight, from 0 to 1/N.</param>
    public static OptimiserStatus Clamp(Span<double> weights, double least)
    {
        int n = weights.Length;
        if (n == 0 || !(least >= 0) || !Linear.Symmetric.AllFinite(weights))
            return Refuse(weights, OptimiserStatus.BadInput);
        if (least * n > 1)
            return Refuse(weights, OptimiserStatus.Infeasible);
        bool[] isLifted = new bool[n];
        while (true)
        {
            double free = 0;
            int lifted = 0;
            for (int i = 0; i < n; i++)
            {
                isLifted[i] |= weights[i] <= least;
                if (isLifted[i])
                {
                    weights[i] = least;
                    lifted++;
                }
                else
                {
                    free += weights[i];
                }
            }
            if (lifted == n)
            {
                weights.Fill(1.0 / n);
                return OptimiserStatus.Solved;
            }
            double factor = (1 - lifted * least) / free;
            bool isDone = true;
            for (int i = 0; i < n; i++)
                if (!isLifted[i])
                {
                    weights[i] *= factor;
                    isDone &= weights[i] >= least;
                }
            if (isDone)
                return OptimiserStatus.Solved;
        }
    }

    private static OptimiserStatus Refuse(Span<double> weights, OptimiserStatus status)
    {
        weights.Clear();
        return status;
    }
}
