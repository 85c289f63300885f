using FastRebalance.Quant.Linear;

namespace FastRebalance.Quant.NoTrade;

/// <summary>
/// The simpler stand-in for <see cref="NoTradeEllipsoid"/>: nothing is traded while the tracking variance ΔᵀΣΔ stays within R². In simulation
/// it is as good.
/// </summary>
public static class TrackingErrorBall
{
    /// <summary>R² = 2(n + 2)/n · J/γ per year, with n from <see cref="EffectiveDimension"/>. Zero input has the answer infinity: never trade.</summary>
    /// <param name="driftCovariance">A, N*N.</param>
    /// <param name="covariance">Σ, N*N.</param>
    /// <param name="riskAversion">γ.</param>
    /// <param name="lossRate">J of the ellipsoid.</param>
    public static double RadiusSquared(
        ReadOnlySpan<double> driftCovariance, ReadOnlySpan<double> covariance, double riskAversion, double lossRate)
    {
        double dimension = EffectiveDimension(driftCovariance, covariance);
        double radius = 2 * (dimension + 2) / dimension * lossRate / riskAversion;
        return double.IsFinite(radius) && radius > 0 ? radius : double.PositiveInfinity;
    }

    /// <summary>(tr ΣA)² / tr((ΣA)²): in how many directions of equal risk the weights drift. From 1 to N; 0 where nothing drifts.</summary>
    public static double EffectiveDimension(ReadOnlySpan<double> driftCovariance, ReadOnlySpan<double> covariance)
    {
        int n = Symmetric.Order(driftCovariance);
        Symmetric.Expect(covariance.Length, n * n, nameof(covariance));
        var product = Symmetric.Matrix(covariance) * Symmetric.Matrix(driftCovariance);
        double trace = product.Trace();
        double square = (product * product).Trace();
        return square > 0 ? trace * trace / square : 0;
    }
}
