using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Engine.Risk;
using FastRebalance.Engine.Sizing;
using FastRebalance.Engine.Targets;
using FastRebalance.Engine.Triggers;
using FastRebalance.Simulation.BackTests;
using FastRebalance.Simulation.Markets;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.UnitTests.Simulation;

/// <summary>Assets of 18 decimals and USDC of 6, the numeraire and last; tapes of one row a minute; a band and trades to the target.</summary>
internal static class SimulationBench
{
    public const long MinuteNs = 60 * Times.NsPerSecond;
    public const long StartUnixNs = 1_700_000_040L * Times.NsPerSecond;

    public static AssetId Usdc(BackTestSetup setup) => AssetId.FromIndex(setup.Assets.Count - 1);

    /// <param name="prices">One row a minute, one price an asset, NaN for none; without the numeraire.</param>
    public static PriceTape Tape(IReadOnlyList<double[]> prices)
    {
        int assets = prices[0].Length;
        double[][] columns = [.. Enumerable.Range(0, assets).Select(i => prices.Select(row => row[i]).ToArray()), []];
        return new PriceTape([.. prices.Select((_, row) => StartUnixNs + (row * MinuteNs))], columns, prices.Count);
    }

    /// <param name="tape">Prices.</param>
    /// <param name="weights">One per asset but the numeraire, which takes the rest.</param>
    /// <param name="bandBps">The drift band.</param>
    /// <param name="maxSlippageBps">Most that a leg may cost, fees included.</param>
    public static BackTestSetup Setup(PriceTape tape, double[] weights, double bandBps = 100, double maxSlippageBps = 100, double costBps = 0)
    {
        List<string> symbols = [.. weights.Select((_, i) => $"A{i}"), "USDC"];
        Dictionary<string, double> targets = weights.Select((w, i) => (w, i)).ToDictionary(p => symbols[p.i], p => p.w);
        targets["USDC"] = 1 - weights.Sum();
        AssetId numeraire = AssetId.FromIndex(weights.Length);
        RiskBounds bounds = new(1e12, new Bps(maxSlippageBps));
        return new BackTestSetup
        {
            Assets = [.. symbols.Select(s => new EngineAsset(s, s == "USDC" ? 6 : 18))],
            Numeraire = numeraire,
            Native = AssetId.FromIndex(0),
            MakePolicy = () => new PortfolioPolicy(
                PortfolioId.FromIndex(0), numeraire,
                new FixedWeightsTarget(new FixedWeightsTarget.Options { Weights = targets }, symbols),
                [new DriftBandTrigger(new DriftBandTrigger.Options { AbsoluteBps = bandBps })],
                new ToTargetSizer(new ToTargetSizer.Options { MinTradeNumeraire = 1e-6 }, symbols.Count),
                [new KillSwitchCheck()], bounds, TimeSpan.FromMinutes(10)),
            Prices = tape,
            Market = Costs(symbols.Count, costBps),
            Latency = TimeSpan.Zero,
        };
    }

    public static CostModel Costs(int assets, double costBps, double impactBpsPerMillion = 0, ImpactShape shape = ImpactShape.Linear) =>
        new([.. Enumerable.Repeat(costBps, assets)], [.. Enumerable.Repeat(impactBpsPerMillion, assets)], shape);

    /// <summary>Driftless log-normal walks.</summary>
    public static List<double[]> Walk(int seed, int rows, int assets, double stepVolatility = 0.002)
    {
        Random random = new(seed);
        double[] at = [.. Enumerable.Repeat(100.0, assets)];
        List<double[]> prices = [];
        for (int row = 0; row < rows; row++)
        {
            prices.Add([.. at]);
            for (int i = 0; i < assets; i++)
                at[i] *= Math.Exp((stepVolatility * Normal(random)) - (stepVolatility * stepVolatility / 2));
        }
        return prices;
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public sealed class Recorder : IDecisionSink
    {
        public List<OrderEvent> Events { get; } = [];

        public void Publish(ReadOnlySpan<OrderEvent> decisionAndLegs) => Events.AddRange(decisionAndLegs);

        public byte[] Bytes() => System.Runtime.InteropServices.MemoryMarshal.AsBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Events)).ToArray();
    }
}
