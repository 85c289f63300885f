namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>
/// Constant proportion insurance (Black, Perold 1992): the exposure is a multiple of what lies above the floor, at most a multiple of the
/// value; trades when it is off by more than a tolerance. Below the floor it stays in cash until its window ends.
/// </summary>
internal sealed class CppiPolicy(string name, double multiplier, double floor, double tolerance, double mostExposure, long windowNs) : Policy
{
    public override string Name => name;

    public override bool IsTrendSide => true;

    public override long WindowNs => windowNs;

    public override Holding Start(double value, double price)
    {
        Holding holding = new() { Cash = value, Floor = floor * value };
        double units = Wanted(holding, price) / price;
        return holding with { Units = units, Cash = value - units * price };
    }

    public override double TargetExposure(in Holding holding, double price) =>
        holding.Units == 0 ? 0 : Wanted(holding, price) / holding.Value(price);

    public override (double Low, double High) Fence(in Holding holding, double price)
    {
        if (holding.Units == 0)
            return (0, double.PositiveInfinity);
        bool isCapped = multiplier * (holding.Value(price) - holding.Floor) > mostExposure * holding.Value(price);
        (double m, double missing) = isCapped ? (mostExposure, -holding.Cash) : (multiplier, holding.Floor - holding.Cash);
        return (PriceAt(1 + tolerance, m, missing, holding.Units), PriceAt(1 - tolerance, m, missing, holding.Units));
    }

    public override double Order(in Holding holding, double price) => Wanted(holding, price) / price - holding.Units;

    public override double FloorLoss(ref Holding holding, double price)
    {
        double value = holding.Value(price), gap = holding.Floor - value;
        if (!(gap > 0))
            return 0;
        // Of the floor, since a leveraged fall can leave less than nothing of the value.
        double loss = gap / holding.Floor;
        // A floor breaks once: what is left is the new one.
        holding = new Holding { Cash = value, Floor = value };
        return loss;
    }

    private double Wanted(in Holding holding, double price)
    {
        double value = holding.Value(price);
        return Math.Max(0, Math.Min(multiplier * (value - holding.Floor), mostExposure * value));
    }

    // Where the exposure is ratio times m times the cushion: q·p = ratio·m·(q·p − missing).
    private static double PriceAt(double ratio, double m, double missing, double units) =>
        ratio * m * missing / (units * (ratio * m - 1));
}
