using FastRebalance.Engine.Targets;

namespace FastRebalance.Composition;

/// <summary>Every target policy by name.</summary>
public static class Targets
{
    public static Registry<ITarget> Registry { get; } = new("target")
    {
        { "fixed-weights", PluginJson.Default.FixedWeights, (o, context) => new FixedWeightsTarget(o, context.Symbols) },
        { "equal-weights", PluginJson.Default.EqualWeights, (o, context) => new EqualWeightsTarget(o, context.Symbols) },
        { "market-cap", PluginJson.Default.MarketCap, (o, context) => new MarketCapTarget(o, context.Symbols, context.Numeraire) },
        { "cppi", PluginJson.Default.Cppi, (o, context) => new CppiTarget(o, context.Symbols, context.Numeraire) },
        { "tipp", PluginJson.Default.Tipp, (o, context) => new TippTarget(o, context.Symbols, context.Numeraire) },
        { "weighted-pool", PluginJson.Default.WeightedPool, (o, context) => new WeightedPoolTarget(o, context.Symbols) },
        { "external", PluginJson.Default.External, (o, _) => new ExternalTarget(o) },
        { "inverse-volatility", PluginJson.Default.InverseVolatility, (o, context) => new InverseVolatilityTarget(o, context.Symbols, context.Numeraire) },
        { "minimum-variance", PluginJson.Default.MinimumVariance, (o, context) => new MinimumVarianceTarget(o, context.Symbols, context.Numeraire) },
        { "mean-variance", PluginJson.Default.MeanVariance, (o, context) => new MeanVarianceTarget(o, context.Symbols, context.Numeraire) },
        { "maximum-sharpe", PluginJson.Default.MaximumSharpe, (o, context) => new MaximumSharpeTarget(o, context.Symbols, context.Numeraire) },
        { "risk-parity", PluginJson.Default.RiskParity, (o, context) => new RiskParityTarget(o, context.Symbols, context.Numeraire) },
        { "volatility-target", PluginJson.Default.VolatilityTarget, (o, context) => new VolatilityTargetTarget(o, context.Symbols, context.Numeraire) },
    };
}
