namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>
/// Keeps a constant leverage above 1 between two bounds, back to target when one is reached: buys what rises (Cheng, Madhavan 2009).
/// At the lender's threshold half of the debt is closed against a bonus.
/// </summary>
internal sealed class LeveragePolicy(string name, double target, double least, double most) : Policy
{
    private const double LiquidationThreshold = 0.825;
    private const double CloseFactor = 0.5, LiquidationBonus = 0.05;

    public override string Name => name;

    public override bool IsTrendSide => true;

    public override Holding Start(double value, double price) => new() { Units = target * value / price, Cash = (1 - target) * value };

    public override double TargetExposure(in Holding holding, double price) => target;

    public override (double Low, double High) Fence(in Holding holding, double price) =>
        (PriceAt(most, holding), PriceAt(least, holding));

    public override double Order(in Holding holding, double price) => target * holding.Value(price) / price - holding.Units;

    public override double LiquidationPrice(in Holding holding) => PriceAt(1 / (1 - LiquidationThreshold), holding);

    public override double LiquidationLoss(in Holding holding, double price) =>
        holding.Value(price) > 0 ? LiquidationBonus * CloseFactor * -holding.Cash / holding.Value(price) : 1;

    private static double PriceAt(double leverage, in Holding holding) => -holding.Cash * leverage / (holding.Units * (leverage - 1));
}
