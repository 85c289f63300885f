using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Triggers;

/// <summary>
/// Fires while gas is cheap: the base fee below a limit, or a rebalance's gas below a fraction of what the plan says it usually costs. Made
/// to stand beside others under <c>all</c>.
/// </summary>
public sealed class GasTrigger(GasTrigger.Options options) : ITrigger
{
    private const double WeiPerGwei = 1e9;

    private readonly double _maxWei = options.MaxGwei * WeiPerGwei;

    public bool Fires(RebalanceCycle cycle) =>
        IsKnown(cycle) && !double.IsNaN(cycle.MaxDrift) && (_maxWei > 0 ? BaseFeeWei(cycle) < _maxWei : CostNumeraire(cycle) < Limit(cycle));

    /// <summary>A base fee comes with a block; a rebalance's cost follows the native coin's price.</summary>
    public TriggerFence Fence(RebalanceCycle cycle) => _maxWei > 0 || !IsKnown(cycle)
        ? TriggerFence.Endless
        : new TriggerFence(1 - (Limit(cycle) / CostNumeraire(cycle)), long.MaxValue);

    public TriggerReading Read(RebalanceCycle cycle) => !IsKnown(cycle)
        ? TriggerReading.None
        : _maxWei > 0
            ? new TriggerReading(BaseFeeWei(cycle) / WeiPerGwei, options.MaxGwei, TriggerUnit.Gwei, FiresBelow: true)
            : new TriggerReading(CostNumeraire(cycle), Limit(cycle), TriggerUnit.Numeraire, FiresBelow: true);

    private bool IsKnown(RebalanceCycle cycle) =>
        cycle.Market.HeadBlock > 0 && (_maxWei > 0 || (Limit(cycle) > 0 && cycle.Market.NumerairePerWei > 0));

    private static double BaseFeeWei(RebalanceCycle cycle) => cycle.Market.BaseFeePerGasWei;

    private double CostNumeraire(RebalanceCycle cycle) => GasCost.Numeraire(cycle.Market, options.GasUnits);

    private double Limit(RebalanceCycle cycle) => options.FractionOfAverage * cycle.Market.Plan.AverageGasNumeraire;

    /// <summary>Options of <c>gas</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        /// <summary>Fires while the base fee is below this; 0 when <see cref="FractionOfAverage"/> is meant.</summary>
        public double MaxGwei { get; set; }

        /// <summary>Fires while a rebalance costs less than this times the plan's average; 0 when <see cref="MaxGwei"/> is meant.</summary>
        public double FractionOfAverage { get; set; }

        /// <summary>Gas that a rebalance takes.</summary>
        public double GasUnits { get; set; } = GasCost.UsualUnits;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(MaxGwei is >= 0 and < 1e9))
                yield return new("maxGwei", $"{MaxGwei}", "gwei above 0");
            if (!(FractionOfAverage is >= 0 and <= 100))
                yield return new("fractionOfAverage", $"{FractionOfAverage}", "a number above 0 and at most 100");
            if (MaxGwei == 0 && FractionOfAverage == 0)
                yield return new("maxGwei", "no limit", "maxGwei or fractionOfAverage above 0");
            if (MaxGwei > 0 && FractionOfAverage > 0)
                yield return new("fractionOfAverage", "two limits", "either maxGwei or fractionOfAverage");
            if (!GasCost.AreUnits(GasUnits))
                yield return new("gasUnits", $"{GasUnits}", GasCost.UnitsWanted);
        }
    }
}
