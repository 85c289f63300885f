namespace FastRebalance.Amm.Curves;

/// <summary>
/// A stable pool of the Solidly family: <c>x^3 y + x y^3</c> is constant. For a change of x the change z of y is the root of
/// <c>z^3 - 3 y z^2 + (3 y^2 + X^2) z = (y / X) (X - x) (y^2 + X^2 + X x + x^2)</c>, X what is held afterwards: a difference nowhere.
/// Reserves are scaled to one unit; amounts are raw.
/// </summary>
/// <param name="x">Reserve of what goes in, above zero.</param>
/// <param name="y">Reserve of what comes out, above zero.</param>
/// <param name="scaleIn">Scaled units per raw unit in.</param>
/// <param name="scaleOut">Scaled units per raw unit out.</param>
internal readonly struct SolidlyCurve(double x, double y, double scaleIn, double scaleOut) : ISmoothCurve
{
    private const int MostRounds = 64;

    /// <summary>Raw units in after which the rate has changed by about their own part.</summary>
    public double Scale => Math.Min(x, y) / scaleIn;

    /// <summary>Raw units in where little is left to pay.</summary>
    public double End => 3 * (x + y) / scaleIn;

    /// <summary>Raw units that are there to be paid.</summary>
    public double Payable => y / scaleOut;

    public double Out(double amountIn) => PaidScaled(amountIn * scaleIn) / scaleOut;

    public double Rate(double amountIn)
    {
        double added = amountIn * scaleIn;
        double held = x + added;
        double left = Left(held, y - PaidScaled(added));
        return left * (3 * held * held + left * left) / (held * (held * held + 3 * left * left)) * (scaleIn / scaleOut);
    }

    // The left side rises and bends down, so that Newton's steps from zero never pass the root.
    private double PaidScaled(double added)
    {
        double held = x + added;
        double straight = 3 * y * y + held * held;
        double wanted = y * (added / held) * (y * y + held * held + held * x + x * x);
        double paid = wanted / straight;
        for (int round = 0; round < MostRounds; round++)
        {
            double missing = wanted - paid * (straight + paid * (paid - 3 * y));
            double step = missing / (straight + 3 * paid * (paid - 2 * y));
            paid += step;
            if (!(Math.Abs(step) > 1e-16 * paid))
                break;
        }
        return paid;
    }

    // Where nearly all was paid, what is left has lost its digits: one step on y^3 + X^2 y = k / X brings them back.
    private double Left(double held, double left)
    {
        double wanted = x / held * y * (x * x + y * y);
        return left - (left * (left * left + held * held) - wanted) / (3 * left * left + held * held);
    }
}
