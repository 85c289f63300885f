namespace FastRebalance.Amm.Curves;

/// <summary>
/// Two assets of a StableSwap pool of n, the others at rest: <c>A * (x + y) - K / (x * y)</c> is constant, with <c>K = D^(n+1) / (n^n *
/// the other balances)</c> and A the amplification as it multiplies the sum (<c>A * n</c> in Curve's code). For a change of x the change of
/// y is the smaller root of a quadratic, written in differences. Balances are scaled to one unit; amounts are raw.
/// </summary>
internal readonly struct StableCurve : ISmoothCurve
{
    private readonly double _amplification;
    private readonly double _x;
    private readonly double _y;
    private readonly double _k;
    private readonly double _scaleIn;
    private readonly double _scaleOut;

    /// <param name="amplification"><c>Ann</c>, without its precision factor.</param>
    /// <param name="balances">Every balance, scaled to one unit, above zero.</param>
    /// <param name="sell">Position of what goes in.</param>
    /// <param name="buy">Position of what comes out.</param>
    /// <param name="scaleIn">Scaled units per raw unit in.</param>
    /// <param name="scaleOut">Scaled units per raw unit out, and what a fee on the output leaves taken off.</param>
    public StableCurve(
        double amplification, ReadOnlySpan<double> balances, int sell, int buy, double scaleIn, double scaleOut)
    {
        _amplification = amplification;
        _x = balances[sell];
        _y = balances[buy];
        _k = KOf(amplification, balances, sell, buy);
        _scaleIn = scaleIn;
        _scaleOut = scaleOut;
    }

    internal StableCurve(double amplification, double x, double y, double k)
    {
        (_amplification, _x, _y, _k) = (amplification, x, y, k);
        (_scaleIn, _scaleOut) = (1, 1);
    }

    /// <summary>Raw units in after which the rate has changed by about their own part.</summary>
    public double Scale => Math.Min(_x, _y) / _scaleIn;

    /// <summary>Raw units in where next to nothing is left to pay.</summary>
    public double End => 3 * (_x + _y) / _scaleIn;

    /// <summary>Raw units that are there to be paid, a fee on the output taken off.</summary>
    public double Payable => _y / _scaleOut;

    public double Out(double amountIn) => PaidScaled(amountIn * _scaleIn) / _scaleOut;

    public double Rate(double amountIn)
    {
        double added = amountIn * _scaleIn;
        double x = _x + added;
        double y = _y - PaidScaled(added);
        return (_amplification + _k / (x * x * y)) / (_amplification + _k / (x * y * y)) * (_scaleIn / _scaleOut);
    }

    // A*(dx - z)*xy*(x+dx)*(y - z) = K*(z*(x + dx) - y*dx), z what is paid; divided by x + dx.
    private double PaidScaled(double added)
    {
        double square = _amplification * _x * _y;
        double linear = square * (added + _y) + _k;
        double constant = _y * added * (square + _k / (_x + added));
        return 2 * constant / (linear + Math.Sqrt(linear * linear - 4 * square * constant));
    }

    private static double KOf(double amplification, ReadOnlySpan<double> balances, int sell, int buy)
    {
        double d = InvariantOf(amplification, balances);
        double k = d;
        for (int i = 0; i < balances.Length; i++)
            k *= d / balances.Length / (i == sell || i == buy ? 1 : balances[i]);
        return k;
    }

    // The contracts' own iteration, in real numbers; it falls onto the root from above.
    private static double InvariantOf(double amplification, ReadOnlySpan<double> balances)
    {
        double sum = 0;
        foreach (double balance in balances)
            sum += balance;
        double d = sum;
        for (int round = 0; round < 64; round++)
        {
            double product = d;
            foreach (double balance in balances)
                product *= d / (balance * balances.Length);
            int n = balances.Length;
            double next = (amplification * sum + n * product) * d / ((amplification - 1) * d + (n + 1) * product);
            bool isSettled = Math.Abs(next - d) <= 1e-15 * d;
            d = next;
            if (isSettled)
                break;
        }
        return d;
    }
}
