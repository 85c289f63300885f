namespace FastRebalance.Amm.Curves;

/// <summary>
/// Two assets of a weighted pool: <c>out = Bout * (1 - (Bin / (Bin + in))^(win / wout))</c>.
/// </summary>
/// <param name="balanceIn">Units.</param>
/// <param name="balanceOut">Units.</param>
/// <param name="exponent">Weight of the asset that goes in over that of the other.</param>
internal readonly struct WeightedCurve(double balanceIn, double balanceOut, double exponent) : ISmoothCurve
{
    /// <summary>Units in after which the rate has changed by about their own part.</summary>
    public double Scale => balanceIn;

    public double Out(double amountIn) =>
        -balanceOut * SmallNumbers.ExpMinusOne(-exponent * SmallNumbers.LogOfOnePlus(amountIn / balanceIn));

    public double Rate(double amountIn) =>
        exponent * balanceOut / balanceIn * Math.Exp(-(1 + exponent) * SmallNumbers.LogOfOnePlus(amountIn / balanceIn));
}
