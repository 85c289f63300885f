namespace FastRebalance.Quant.Optimisers;

/// <summary>Caps weights that are not negative.</summary>
public static class WeightLimits
{
    /// <summary>Cuts weights above <paramref name="most"/> and spreads what was cut over the others in proportion, until none is above.</summary>
    /// <param name="weights">Changed in place; they add up to one and are not negative.</param>
    /// <param name="most">Greatest weight, at least 1/N.</param>
    public static OptimiserStatus Cap(Span<double> weights, double most)
    {
        int n = weights.Length;
        double sum = 0;
        bool isSound = most > 0;
        foreach (double weight in weights)
        {
            isSound &= weight >= 0;
            sum += weight;
        }
        if (!isSound || !(Math.Abs(sum - 1) <= 1e-9))
            return Refuse(weights, OptimiserStatus.BadInput);
        if (most * n < 1)
            return Refuse(weights, OptimiserStatus.Infeasible);
        // Each round caps at least one more weight.
        for (int round = 0; round <= n; round++)
        {
            double excess = 0, room = 0;
            foreach (double weight in weights)
            {
                excess += Math.Max(0, weight - most);
                room += weight < most ? weight : 0;
            }
            if (excess <= 1e-15)
                return OptimiserStatus.Solved;
            if (room == 0)
                return Refuse(weights, OptimiserStatus.Infeasible);
            foreach (ref double weight in weights)
                weight = weight < most ? weight + excess * weight / room : most;
        }
        return OptimiserStatus.NotConverged;
    }

    private static OptimiserStatus Refuse(Span<double> weights, OptimiserStatus status)
    {
        weights.Clear();
        return status;
    }
}
