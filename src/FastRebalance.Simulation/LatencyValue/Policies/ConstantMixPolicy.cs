namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>Keeps a weight: trades when it is more than <c>h</c> off, and lands <c>r</c> off on the same side (0: on target).</summary>
internal sealed class ConstantMixPolicy(string name, double weight, double h, double r) : Policy
{
    public override string Name => name;

    public override bool IsTrendSide => false;

    public override Holding Start(double value, double price) => new() { Units = weight * value / price, Cash = (1 - weight) * value };

    public override double TargetExposure(in Holding holding, double price) => weight;

    // The odds w/(1−w) are the risky part over cash, so they move with the price alone.
    public override (double Low, double High) Fence(in Holding holding, double price)
    {
        double atEvenOdds = holding.Cash / holding.Units, low = weight - h, high = weight + h;
        return (atEvenOdds * low / (1 - low), atEvenOdds * high / (1 - high));
    }

    public override double Order(in Holding holding, double price)
    {
        double exposure = holding.Exposure(price), wanted = exposure > weight ? weight + r : weight - r;
        return (wanted - exposure) * holding.Value(price) / price;
    }
}
