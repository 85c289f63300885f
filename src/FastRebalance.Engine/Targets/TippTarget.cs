using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// Time-invariant portfolio protection: as <see cref="CppiTarget"/>, with a floor that follows the highest value seen upwards, so that a
/// fraction of every gain is kept.
/// </summary>
/// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
/// <param name="symbols">Symbols of all assets, in order.</param>
/// <param name="numeraire">The safe asset where none is named.</param>
public sealed class TippTarget(TippTarget.Options options, IReadOnlyList<string> symbols, AssetId numeraire) : ITarget
{
    private readonly Cushion _cushion = new(options, floorNumeraire: 0, ratchets: true, symbols, numeraire);

    /// <summary>The floor was reached, and no operator has resumed since.</summary>
    public bool IsBroken => _cushion.IsBroken;

    /// <summary>The floor, and whether it was broken.</summary>
    public bool HasMemory => true;

    public void Aim(RebalanceCycle cycle) => _cushion.Aim(cycle);

    /// <summary>Options of <c>tipp</c>.</summary>
    public sealed record Options : IRiskyOptions, ICushionOptions
    {
        /// <summary>The floor is at least this fraction of the highest value seen.</summary>
        public double FloorFraction { get; set; }

        public double FloorGrowthPerYear { get; set; }

        public double Multiplier { get; set; } = 3;

        public double MaxExposure { get; set; } = 1;

        public TimeSpan ConfirmAfter { get; set; }

        public Dictionary<string, double> Risky { get; set; } = [];

        public string Safe { get; set; } = "";

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(FloorFraction is > 0 and < 1))
                yield return new("floorFraction", $"{FloorFraction}", "a fraction above 0 and below 1");
            foreach (OptionProblem problem in Cushion.Problems(this, assets))
                yield return problem;
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("risky", Risky.Keys, numeraire);
    }
}
