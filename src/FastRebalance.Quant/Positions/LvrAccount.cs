namespace FastRebalance.Quant.Positions;

/// <summary>
/// What a liquidity position has lost to arbitrage against holding the same delta rebalanced at the market (Milionis, Moallemi, Roughgarden
/// and Zhang 2022), and whether its fees paid for it. A running account fed with prices; a struct that its owner keeps.
/// </summary>
/// <remarks>
/// Three measures of one loss. <see cref="Realised"/> is Σ Θ·ΔP − ΔV over the prices seen, exact whatever the steps.
/// <see cref="Quadratic"/> is Σ −½Γ·ΔP², the same to leading order without asking for values. <see cref="Expected"/> is ∫ ½σ²P²|Γ| dt by
/// the closed form. They agree where steps are small and σ is the market's own.
/// </remarks>
public struct LvrAccount
{
    private double _price;
    private LiquidityExposure _last;
    private bool _isOpen;

    /// <summary>Loss against the rebalanced portfolio, in quote currency.</summary>
    public double Realised { get; private set; }

    /// <summary>Loss by realised variance.</summary>
    public double Quadratic { get; private set; }

    /// <summary>Loss by the volatility told.</summary>
    public double Expected { get; private set; }

    /// <summary>Fees earned.</summary>
    public double Fees { get; private set; }

    /// <summary>
    /// What the rebalanced portfolio itself has made; with <see cref="Realised"/> and fees it explains all of the position's profit.
    /// </summary>
    public double Rebalanced { get; private set; }

    /// <summary>Fees less the loss: what providing the liquidity was worth, free of the market's direction.</summary>
    public readonly double Markout => Fees - Realised;

    /// <summary>
    /// Begins, or goes on after liquidity was added or withdrawn: the change of value since the last price is not a loss.
    /// </summary>
    public void Rebase(double price, in LiquidityExposure exposure) => (_price, _last, _isOpen) = (price, exposure, true);

    /// <summary>The price moved, the position with it.</summary>
    /// <param name="price">Of the market.</param>
    /// <param name="exposure">Of the position at that price, fees left out.</param>
    /// <param name="time">Since the last price, in the unit of the volatility.</param>
    /// <param name="volatility">σ over that time.</param>
    /// <returns>False, and nothing counted, for a price that is none; the first price only begins.</returns>
    public bool Move(double price, in LiquidityExposure exposure, double time, double volatility)
    {
        if (!(price > 0) || !double.IsFinite(price) || !double.IsFinite(exposure.Value) || !(time >= 0) || !(volatility >= 0))
            return false;
        if (_isOpen)
        {
            double move = price - _price;
            Rebalanced += _last.Delta * move;
            Realised += _last.Delta * move - (exposure.Value - _last.Value);
            Quadratic += _last.LossOver(move);
            Expected += _last.LossRate(_price, volatility) * time;
        }
        Rebase(price, in exposure);
        return true;
    }

    /// <summary>Fees came in, in quote currency at the market's price.</summary>
    public void AddFees(double fees) => Fees += fees;
}
