using FastRebalance.Core.Assets;
using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// Constant proportion portfolio insurance: a multiple of the cushion above a floor is in risky assets, the rest in the safe one. It buys
/// into rises and sells into falls. When the floor is reached everything goes to the safe asset, until an operator resumes.
/// </summary>
/// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
/// <param name="symbols">Symbols of all assets, in order.</param>
/// <param name="numeraire">The safe asset where none is named.</param>
public sealed class CppiTarget(CppiTarget.Options options, IReadOnlyList<string> symbols, AssetId numeraire) : ITarget
{
    private readonly Cushion _cushion = new(options, options.FloorNumeraire, ratchets: false, symbols, numeraire);

    /// <summary>The floor was reached, and no operator has resumed since.</summary>
    public bool IsBroken => _cushion.IsBroken;

    /// <summary>The floor, and whether it was broken.</summary>
    public bool HasMemory => true;

    public void Aim(RebalanceCycle cycle) => _cushion.Aim(cycle);

    /// <summary>Options of <c>cppi</c>.</summary>
    public sealed record Options : IRiskyOptions, ICushionOptions
    {
        /// <summary>The floor at the first pass, as a fraction of the value then; 0 where <see cref="FloorNumeraire"/> is given.</summary>
        public double FloorFraction { get; set; }

        /// <summary>The floor at the first pass, in numeraire; 0 where <see cref="FloorFraction"/> is given.</summary>
        public double FloorNumeraire { get; set; }

        public double FloorGrowthPerYear { get; set; }

        public double Multiplier { get; set; } = 3;

        public double MaxExposure { get; set; } = 1;

        public TimeSpan ConfirmAfter { get; set; }

        public Dictionary<string, double> Risky { get; set; } = [];

        public string Safe { get; set; } = "";

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            if (!(FloorNumeraire >= 0 && double.IsFinite(FloorNumeraire)))
                yield return new("floorNumeraire", $"{FloorNumeraire}", "an amount above 0, or nothing beside floorFraction");
            else if (FloorNumeraire > 0 && FloorFraction != 0)
                yield return new("floorNumeraire", $"{FloorNumeraire} beside a floorFraction of {FloorFraction}", "one of the two");
            if (FloorNumeraire == 0 && !(FloorFraction is > 0 and < 1))
                yield return new("floorFraction", $"{FloorFraction}", "a fraction above 0 and below 1, or a floorNumeraire");
            foreach (OptionProblem problem in Cushion.Problems(this, assets))
                yield return problem;
        }

        public IEnumerable<OptionProblem> CashProblems(string numeraire, IReadOnlyCollection<string> assets) =>
            WeightOptions.CashProblems("risky", Risky.Keys, numeraire);
    }
}
