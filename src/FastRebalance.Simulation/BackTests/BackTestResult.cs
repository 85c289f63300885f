using FastRebalance.Core.Results;
using FastRebalance.Simulation.Tapes;

namespace FastRebalance.Simulation.BackTests;

/// <summary>What a back-test found. Money is in the numeraire; a year is 365.25 days.</summary>
public sealed record BackTestResult
{
    public required long FromUnixNs { get; init; }

    public required long ToUnixNs { get; init; }

    /// <summary>Prices that were fed.</summary>
    public required long Prices { get; init; }

    public required double InitialValue { get; init; }

    public required double FinalValue { get; init; }

    public required double BuyAndHoldValue { get; init; }

    /// <summary>A portfolio that stands at the target always, and pays nothing.</summary>
    public required double AtTargetValue { get; init; }

    /// <summary>What price moves alone added: the final value is the initial value, plus this, less the costs.</summary>
    public required double PriceMoves { get; init; }

    public required double MeanValue { get; init; }

    public required CostLedger Costs { get; init; }

    /// <summary>Sum of the squared gaps to the target's return, row by row, costs left out.</summary>
    public required double GapSquared { get; init; }

    public required double BuyAndHoldGapSquared { get; init; }

    public required double CostFraction { get; init; }

    public required double RiskAversion { get; init; }

    /// <summary>Largest fall from a peak, as a fraction.</summary>
    public required double MaxDrawdown { get; init; }

    public required IReadOnlyList<SimulatedTrade> Trades { get; init; }

    public required IReadOnlyList<DayResult> Days { get; init; }

    public required IReadOnlyList<PathPoint> Path { get; init; }

    /// <summary>Weights at each point of the path, one row of assets after the other.</summary>
    public required IReadOnlyList<float> PathWeights { get; init; }

    /// <summary>Targets at each point of the path.</summary>
    public required IReadOnlyList<float> PathTargets { get; init; }

    public required IReadOnlyDictionary<DecisionVerdict, long> Verdicts { get; init; }

    /// <summary>Passes refused, by the check that refused them.</summary>
    public required IReadOnlyDictionary<RiskVerdict, long> Refusals { get; init; }

    /// <summary>Passes that found no route, by reason.</summary>
    public required IReadOnlyDictionary<RouteStatus, long> RouteFailures { get; init; }

    /// <summary>Times that a liquidator came; 0 without debt.</summary>
    public int Liquidations { get; init; }

    /// <summary>Least health factor at any row; infinite without debt.</summary>
    public double LeastHealth { get; init; } = double.PositiveInfinity;

    /// <summary>An order was still under way when the tape ended.</summary>
    public required bool EndedInFlight { get; init; }

    public double Years => Math.Max((ToUnixNs - FromUnixNs) / Times.NsPerYear, 1e-12);

    public int ExecutedTrades => Trades.Count(t => t.Status == SubmitStatus.Included);

    public int FailedTrades => Trades.Count - ExecutedTrades;

    /// <summary>What was sold, in portfolios per year.</summary>
    public double TurnoverPerYear => Trades.Sum(t => t.SoldNumeraire) / MeanValue / Years;

    /// <summary>Standard deviation per year of the gap to the target's return.</summary>
    public double TrackingError => Math.Sqrt(GapSquared / Years);

    public double BuyAndHoldTrackingError => Math.Sqrt(BuyAndHoldGapSquared / Years);

    public double CostBpsPerYear => CostFraction * 10_000 / Years;

    /// <summary>Half the price of risk times the squared tracking error, plus costs.</summary>
    public double LossBpsPerYear => (RiskAversion / 2 * GapSquared / Years * 10_000) + CostBpsPerYear;

    /// <summary>Costs in basis points per basis point of tracking error that buy and hold would have had more; null where it had not.</summary>
    public double? CostPerTrackingErrorRemoved =>
        BuyAndHoldTrackingError > TrackingError ? CostBpsPerYear / ((BuyAndHoldTrackingError - TrackingError) * 10_000) : null;

    /// <summary>The worst of the days; null before the first.</summary>
    public DayResult? WorstDay => Days.Count == 0 ? null : Days.MinBy(d => d.Return);

    /// <summary>That day's loss per year, as <see cref="LossBpsPerYear"/> counts it; the mean over the days is the whole's.</summary>
    public double DailyLoss(int day) => (RiskAversion / 2 * Days[day].GapSquared) + Days[day].CostFraction;
}
