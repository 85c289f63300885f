namespace FastRebalance.Simulation.LatencyValue.Policies;

/// <summary>A rule that says at which prices it trades and how much; pure, so that one serves every path and delay.</summary>
internal abstract class Policy
{
    public abstract string Name { get; }

    /// <summary>It buys what rises: the market runs away from it. Otherwise it sells what rises.</summary>
    public abstract bool IsTrendSide { get; }

    /// <summary>After this time it starts anew at the price of then, without cost.</summary>
    public virtual long WindowNs => long.MaxValue;

    public abstract Holding Start(double value, double price);

    /// <summary>The exposure it would hold if trading were free.</summary>
    public abstract double TargetExposure(in Holding holding, double price);

    /// <summary>Prices at or beyond which it decides to trade, with <paramref name="price"/> the one of now.</summary>
    public abstract (double Low, double High) Fence(in Holding holding, double price);

    /// <summary>Units to buy, or to sell below zero.</summary>
    public abstract double Order(in Holding holding, double price);

    /// <summary>The price at or below which others close the position before the order arrives; 0 for never.</summary>
    public virtual double LiquidationPrice(in Holding holding) => 0;

    /// <summary>What is lost at <see cref="LiquidationPrice"/>, as a fraction of the value then.</summary>
    public virtual double LiquidationLoss(in Holding holding, double price) => 0;

    /// <summary>Called after each fill and at the end of a window; what is missing to a promised floor, as a fraction of it, which ends the window's trading.</summary>
    public virtual double FloorLoss(ref Holding holding, double price) => 0;
}
