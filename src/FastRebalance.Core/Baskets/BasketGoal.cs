namespace FastRebalance.Core.Baskets;

/// <summary>
/// What a plan makes as large as it can, always as a share of the portfolio's value <c>V</c>, gas costs taken off. Zero is no goal.
/// </summary>
public enum BasketGoal : byte
{
    None = 0,

    /// <summary>
    /// <c>sum w ln x</c>: the weights after the trade, at the prices after the trade, are the target weights as far as fees leave it worth
    /// while. Needs no price of its own. A thousandth of it is a thousandth of the portfolio.
    /// </summary>
    TargetWeights,

    /// <summary>
    /// <c>sum v - aversion/2 sum (v - w)^2</c> with <c>v = price x / V</c>: value kept against distance from the target weights, at the
    /// reference prices.
    /// </summary>
    TrackingError,

    /// <summary>
    /// As much as possible of one asset, the others used up to what is owed of them: an exact-in trade and a liquidation, and, with the sold asset
    /// as the one to keep and something owed of the bought one, an exact-out trade. <c>price x / V</c> of that asset.
    /// </summary>
    MostOfOne,
}
