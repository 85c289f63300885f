namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>What one policy lost on one path with one delay; sums of fractions of the value.</summary>
internal sealed class PolicyOutcome
{
    public double Years { get; set; }

    public int Trades { get; set; }

    public double Tracking { get; set; }

    /// <summary>By how much the price moved against the order from decision to fill; below zero it moved in its favour.</summary>
    public double Adverse { get; set; }

    public double Fees { get; set; }

    /// <summary>Promises broken: below the floor, or liquidated.</summary>
    public double Floor { get; set; }

    public int Breaches { get; set; }

    /// <summary>The largest single loss in <see cref="Floor"/>.</summary>
    public double WorstBreach { get; set; }

    /// <summary>By slot of <see cref="Delays.Slots"/>: the chance to miss it times what the price does to the order in one slot more.</summary>
    public double[] Missed { get; } = new double[Delays.Slots.Count];

    /// <summary>Sums over trades of the moves against them, as fractions of what is traded.</summary>
    public double MoveAgainst { get; set; }

    /// <summary>By slot: the same for <see cref="Missed"/>.</summary>
    public double[] MissedMoves { get; } = new double[Delays.Slots.Count];

    public void Break(double loss)
    {
        if (!(loss > 0))
            return;
        Breaches++;
        Floor += loss;
        WorstBreach = Math.Max(WorstBreach, loss);
    }

    public double Total(int slot) => Tracking + Adverse + Fees + Floor + Missed[slot];
}
