using FastRebalance.Simulation.LatencyValue.Paths;

namespace FastRebalance.Simulation.LatencyValue.Quoting;

/// <summary>
/// How far a pool's price lags behind the market's when it may be traded against once a block: whoever finds it off by more than the fee
/// brings it back to the fee's edge and keeps the rest. Times and prices are counted in blocks and in the move of one block.
/// </summary>
internal static class StaleQuoteChain
{
    // Further away than this many moves, the edge is not reached in one step.
    private const double Safe = 6;

    /// <param name="Profit">For each block, in squared moves, for a unit of P²·|x′(P)|.</param>
    /// <param name="Trades">For each block.</param>
    /// <param name="Blocks">How many were seen.</param>
    public readonly record struct Outcome(double Profit, double Trades, double Blocks);

    /// <param name="seed">The chain's.</param>
    /// <param name="fee">One-sided, log; in moves of one block.</param>
    /// <param name="blocks">How many, at least.</param>
    /// <param name="arePoisson">Blocks come at random times of the same mean; else evenly.</param>
    /// <param name="move">Standard deviation of one block's move; anything but 1 is an error put in on purpose.</param>
    /// <param name="mostSteps">Ends a chain that has not seen as many blocks by then.</param>
    public static Outcome Run(ulong seed, double fee, long blocks, bool arePoisson, double move = 1, long mostSteps = long.MaxValue)
    {
        Dice dice = new(seed);
        double gap = fee * (2 * dice.Uniform() - 1), profit = 0, seen = 0;
        long trades = 0;
        for (long step = 0; step < mostSteps && seen < blocks; step++)
        {
            double taken = 1, toEdge = fee - Math.Abs(gap);
            // Far inside many even blocks make one step: the chance to touch an edge on the way is below 1e-8.
            if (!arePoisson && toEdge > 2 * Safe)
                taken = Math.Floor(toEdge * toEdge / (Safe * Safe));
            // A normal move over an exponential time has a double exponential law of the same variance.
            gap += move * (arePoisson ? dice.Sign() * dice.Exponential() / Math.Sqrt(2) : Math.Sqrt(taken) * dice.Normal());
            seen += taken;
            double over = Math.Abs(gap) - fee;
            if (over < 0)
                continue;
            trades++;
            profit += over * over / 2;
            gap = Math.CopySign(fee, gap);
        }
        return new Outcome(profit / seen, trades / seen, seen);
    }
}
