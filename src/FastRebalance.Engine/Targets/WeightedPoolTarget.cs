using FastRebalance.Core.Configuration;

namespace FastRebalance.Engine.Targets;

/// <summary>
/// The weights of a weighted pool, so that the portfolio mirrors one without being traded against. They may glide from one set to another
/// over a span of time, as those of a temporal-function pool do.
/// </summary>
/// <remarks>
/// The usual path is linear. The spherical one turns the vector of the weights' square roots at constant speed, which costs a pool the
/// least: its loss at fixed prices is the sum of the relative entropies of its steps (Willetts 2026).
/// </remarks>
public sealed class WeightedPoolTarget : ITarget
{
    private readonly double[] _first;
    private readonly double[] _last;
    private readonly double _startUnixNs;
    private readonly double _endUnixNs;
    private readonly double _angle;
    private bool _hasArrived;

    /// <param name="options">Checked with <see cref="Options.Problems"/>.</param>
    /// <param name="symbols">Symbols of all assets, in order; one without a weight has target zero.</param>
    public WeightedPoolTarget(Options options, IReadOnlyList<string> symbols)
    {
        _first = WeightOptions.Row(options.Weights, symbols);
        _last = options.ToWeights.Count == 0 ? _first : WeightOptions.Row(options.ToWeights, symbols);
        _hasArrived = options.ToWeights.Count == 0;
        _startUnixNs = UnixNs(options.Starts);
        _endUnixNs = UnixNs(options.Ends);
        _angle = options.Path == Options.Spherical ? AngleBetween(_first, _last) : 0;
    }

    /// <summary>While the weights glide they move with the clock, and so with every price that advances it.</summary>
    public bool IsConstant => _hasArrived;

    public void Aim(RebalanceCycle cycle)
    {
        double way = _hasArrived ? 1 : Math.Clamp((cycle.NowUnixNs - _startUnixNs) / (_endUnixNs - _startUnixNs), 0, 1);
        _hasArrived = way >= 1;
        if (way is 0 or 1)
            (way == 0 ? _first : _last).CopyTo(cycle.Targets, 0);
        else if (_angle == 0)
            GoStraight(way, cycle.Targets);
        else
            Turn(way, cycle.Targets);
    }

    private void GoStraight(double way, double[] weights)
    {
        for (int i = 0; i < weights.Length; i++)
            weights[i] = _first[i] + (way * (_last[i] - _first[i]));
    }

    private void Turn(double way, double[] weights)
    {
        double sine = Math.Sin(_angle);
        double first = Math.Sin((1 - way) * _angle) / sine, last = Math.Sin(way * _angle) / sine;
        for (int i = 0; i < weights.Length; i++)
        {
            double root = (first * Math.Sqrt(_first[i])) + (last * Math.Sqrt(_last[i]));
            weights[i] = root * root;
        }
    }

    /// <summary>Zero where the two are so near each other that straight and round are the same.</summary>
    private static double AngleBetween(double[] first, double[] last)
    {
        double cosine = 0;
        for (int i = 0; i < first.Length; i++)
            cosine += Math.Sqrt(first[i] * last[i]);
        double angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        return angle < 1e-6 ? 0 : angle;
    }

    private static double UnixNs(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalNanoseconds;

    /// <summary>Options of <c>weighted-pool</c>.</summary>
    public sealed record Options : IPluginOptions
    {
        internal const string Linear = "linear";
        internal const string Spherical = "spherical";

        /// <summary>Fraction of the portfolio by asset symbol; they add up to one.</summary>
        public Dictionary<string, double> Weights { get; set; } = [];

        /// <summary>Where the weights glide to; empty where they stay.</summary>
        public Dictionary<string, double> ToWeights { get; set; } = [];

        /// <summary>When they begin to glide.</summary>
        public DateTimeOffset Starts { get; set; }

        /// <summary>When they have arrived.</summary>
        public DateTimeOffset Ends { get; set; }

        /// <summary><c>linear</c> or <c>spherical</c>.</summary>
        public string Path { get; set; } = Linear;

        public IEnumerable<OptionProblem> Problems(IReadOnlyCollection<string> assets)
        {
            foreach (OptionProblem problem in WeightOptions.WeightProblems("weights", Weights, assets))
                yield return problem;
            if (Path is not (Linear or Spherical))
                yield return new("path", $"\"{Path}\"", $"\"{Linear}\" or \"{Spherical}\"");
            if (ToWeights.Count == 0)
            {
                if (Starts != default || Ends != default)
                    yield return new("toWeights", "none beside a time", "the weights to glide to, or neither starts nor ends");
                yield break;
            }
            foreach (OptionProblem problem in WeightOptions.WeightProblems("toWeights", ToWeights, assets))
                yield return problem;
            if (Starts == default)
                yield return new("starts", "nothing", "a time such as \"2026-01-01T00:00:00Z\"");
            if (!(Ends > Starts))
                yield return new("ends", Ends == default ? "nothing" : $"{Ends:O}", "a time after starts");
        }
    }
}
