namespace FastRebalance.Quant.Leverage;

/// <summary>
/// The prices at which a holding comes to the rims of its band. The machine compares prices with them and nothing else, so that its quiet
/// range is its decisions to the last bit.
/// </summary>
internal readonly struct LeverageRims
{
    private readonly bool _isLong;
    private readonly double _least;
    private readonly double _most;
    private readonly double _ripcord;
    private readonly double _noEquity;

    public LeverageRims(in LeveragedHolding holding, LeverageSettings settings)
    {
        _isLong = settings.Side > 0;
        _least = holding.PriceAt(settings.Least);
        _most = holding.PriceAt(settings.Most);
        _ripcord = holding.PriceAt(settings.Ripcord);
        _noEquity = -holding.Cash / holding.Units;
    }

    /// <summary>Where it stays in its band and short of the ripcord: lowest and highest price.</summary>
    public (double Low, double High) Band => _isLong
        ? (Math.Max(_most, Safety.Low), _least)
        : (_least, Math.Min(_most, Safety.High));

    /// <summary>Where it stays short of the ripcord.</summary>
    public (double Low, double High) Safety =>
        _isLong ? (Math.BitIncrement(_ripcord), double.PositiveInfinity) : (0, Math.BitDecrement(_ripcord));

    public bool IsInBand(double price) => Band is var (low, high) && price >= low && price <= high;

    public bool IsRipcord(double price) => _isLong ? price <= _ripcord : price >= _ripcord;

    public bool IsInsolvent(double price) => _isLong ? price <= _noEquity : price >= _noEquity;
}
