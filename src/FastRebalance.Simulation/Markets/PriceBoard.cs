using FastRebalance.Core.Assets;

namespace FastRebalance.Simulation.Markets;

/// <summary>The simulated market's prices now: what anybody could trade at. Owned by one back-test.</summary>
public sealed class PriceBoard
{
    private readonly double[] _prices;
    private readonly long[] _unixNs;
    private int _unknown;

    public PriceBoard(int assets, AssetId numeraire)
    {
        _prices = new double[assets];
        _unixNs = new long[assets];
        _prices[numeraire.Index] = 1;
        _unixNs[numeraire.Index] = long.MaxValue;
        _unknown = assets - 1;
    }

    /// <summary>Numeraire per whole token, by asset; 0 while unknown.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>When each asset was last priced; the numeraire always is.</summary>
    public ReadOnlySpan<long> UnixNs => _unixNs;

    public bool IsComplete => _unknown == 0;

    /// <summary>Grows with every price.</summary>
    public ulong Version { get; private set; }

    public void Set(int asset, double price, long unixNs)
    {
        if (_prices[asset] == 0)
            _unknown--;
        _prices[asset] = price;
        _unixNs[asset] = unixNs;
        Version++;
    }
}
