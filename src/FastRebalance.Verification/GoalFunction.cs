using System.Numerics;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Baskets;

namespace FastRebalance.Verification;

/// <summary>
/// A goal <c>U</c> and its conjugate <c>sup_x (U(x) - nu x)</c> in high precision; <c>null</c> stands for minus infinity in the one and for
/// infinity in the other.
/// </summary>
internal sealed class GoalFunction
{
    /// <summary>How far below the kept asset's own worth its dual price may lie and still mean it: a double cannot name every worth.</summary>
    private static readonly BigFloat s_nearOne = BigFloat.One - BigFloat.FromDouble(1e-12);

    private readonly BasketRequest _request;

    public GoalFunction(BasketRequest request)
    {
        _request = request;
        BigFloat value = BigFloat.Zero;
        for (int t = 0; t < request.AssetCount; t++)
            value += Price(t) * Units(request.Holdings[t]);
        PortfolioValue = value;
    }

    /// <summary><c>V</c>: what is held, at the reference prices.</summary>
    public BigFloat PortfolioValue { get; }

    /// <summary>One unit of gas as a share of <see cref="PortfolioValue"/>.</summary>
    public BigFloat GasShare => BigFloat.FromDouble(_request.NumerairePerGas) / PortfolioValue;

    public BigFloat? Of(ReadOnlySpan<UInt256> holdings) => _request.Goal switch
    {
        BasketGoal.TargetWeights => LogUtility(holdings),
        BasketGoal.TrackingError => Tracking(holdings),
        BasketGoal.MostOfOne => IsOwedCovered(holdings) ? Price(Kept) * Units(holdings[Kept]) / PortfolioValue : null,
        _ => null,
    };

    public BigFloat? Conjugate(BigFloat[] nu) => _request.Goal switch
    {
        BasketGoal.TargetWeights => LogConjugate(nu),
        BasketGoal.TrackingError => TrackingConjugate(nu),
        BasketGoal.MostOfOne => MostOfOneConjugate(nu),
        _ => null,
    };

    /// <summary>
    /// Any price bounds, so a kept asset priced at its own worth but for the rounding of a double is priced at that worth: without this the
    /// bound would be infinite.
    /// </summary>
    public void Adjust(BigFloat[] nu)
    {
        if (_request.Goal != BasketGoal.MostOfOne)
            return;
        BigFloat worth = Price(Kept) / PortfolioValue;
        if (nu[Kept] < worth && nu[Kept] >= worth * s_nearOne)
            nu[Kept] = worth;
    }

    public static BigFloat Units(UInt256 amount) => (BigInteger)amount;

    private int Kept => _request.Kept.Index;

    private BigFloat Price(int asset) => BigFloat.FromDouble(_request.ReferencePrices[asset]);

    private BigFloat Weight(int asset) => BigFloat.FromDouble(_request.Weights[asset]);

    private bool IsOwedCovered(ReadOnlySpan<UInt256> holdings)
    {
        for (int t = 0; t < holdings.Length; t++)
            if (holdings[t] < _request.Owed[t])
                return false;
        return true;
    }

    private BigFloat? LogUtility(ReadOnlySpan<UInt256> holdings)
    {
        BigFloat sum = BigFloat.Zero;
        for (int t = 0; t < holdings.Length; t++)
        {
            if (_request.Weights[t] <= 0)
                continue;
            if (holdings[t].IsZero)
                return null;
            sum += Weight(t) * BigFloat.Ln(Units(holdings[t]));
        }
        return sum;
    }

    /// <summary><c>w ln x - nu x</c> is greatest at <c>x = w / nu</c>; what has no weight is best not held.</summary>
    private BigFloat LogConjugate(BigFloat[] nu)
    {
        BigFloat sum = BigFloat.Zero;
        for (int t = 0; t < nu.Length; t++)
            if (_request.Weights[t] > 0)
                sum += Weight(t) * (BigFloat.Ln(Weight(t) / nu[t]) - BigFloat.One);
        return sum;
    }

    private BigFloat Tracking(ReadOnlySpan<UInt256> holdings)
    {
        BigFloat sum = BigFloat.Zero;
        for (int t = 0; t < holdings.Length; t++)
            sum += TrackingTerm(Price(t) * Units(holdings[t]) / PortfolioValue, t);
        return sum;
    }

    private BigFloat TrackingTerm(BigFloat share, int asset)
    {
        BigFloat off = share - Weight(asset);
        return share - BigFloat.FromDouble(_request.Aversion) * off * off / 2;
    }

    /// <summary>
    /// With <c>r = nu V / p</c> an asset brings <c>v - aversion/2 (v - w)^2 - r v</c>, greatest over <c>v &gt;= 0</c> at
    /// <c>max(0, w + (1 - r) / aversion)</c>.
    /// </summary>
    private BigFloat TrackingConjugate(BigFloat[] nu)
    {
        BigFloat sum = BigFloat.Zero;
        for (int t = 0; t < nu.Length; t++)
        {
            BigFloat r = nu[t] * PortfolioValue / Price(t);
            BigFloat share = BigFloat.Max(BigFloat.Zero, Weight(t) + (BigFloat.One - r) / BigFloat.FromDouble(_request.Aversion));
            sum += TrackingTerm(share, t) - r * share;
        }
        return sum;
    }

    /// <summary>
    /// <c>p x / V - nu x</c> of the kept asset does not grow with <c>x</c> only where <c>nu &gt;= p / V</c>; then, as for every other asset, the
    /// least <c>x</c> is best, which is what is owed: <c>p owed / V</c> of the kept one less <c>nu owed</c> of all.
    /// </summary>
    private BigFloat? MostOfOneConjugate(BigFloat[] nu)
    {
        BigFloat worth = Price(Kept) / PortfolioValue;
        if (nu[Kept] < worth)
            return null;
        BigFloat sum = worth * Units(_request.Owed[Kept]);
        for (int t = 0; t < nu.Length; t++)
            sum -= nu[t] * Units(_request.Owed[t]);
        return sum;
    }
}
