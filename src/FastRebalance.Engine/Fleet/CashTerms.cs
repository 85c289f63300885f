using FastRebalance.Kernels;

namespace FastRebalance.Engine.Fleet;

/// <summary>A portfolio's cash, and its terms.</summary>
/// <param name="Held">Numeraire.</param>
/// <param name="Target">Fraction of the portfolio.</param>
/// <param name="Band">Of every weight.</param>
internal readonly record struct CashTerms(double Held, double Target, WeightBand Band);
