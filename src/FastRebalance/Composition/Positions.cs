using FastRebalance.Engine.Positions;

namespace FastRebalance.Composition;

/// <summary>Every kind of position with debt by name.</summary>
public static class Positions
{
    public static Registry<Position> Registry { get; } = new("position")
    {
        { "constant-leverage", PluginJson.Default.ConstantLeverage, (o, context) => new LeveragePosition(o, context.Symbols) },
        { "collateral-ratio", PluginJson.Default.CollateralRatio, (o, context) => new CollateralPosition(o, context.Symbols) },
        { "delta-neutral", PluginJson.Default.DeltaNeutral, (o, context) => new HedgePosition(o, context.Symbols) },
    };
}
