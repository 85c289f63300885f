using FastRebalance.Engine.Triggers;

namespace FastRebalance.Engine;

/// <summary>
/// How far each price may go before a trigger could fire: two compares answer a tick, whatever the number of assets. It is drawn after
/// an evaluation in which nothing fired, and falls when a price leaves it or anything but a price changes. Engine thread only.
/// </summary>
public sealed class PriceFence
{
    // Weights are computed in doubles, and the fence in exact algebra: what both can be off together stays outside.
    private const double RoundingMargin = 1e-9;

    private readonly double[] _low;
    private readonly double[] _high;
    private bool _stands;
    private long _untilUnixNs;

    public PriceFence(int assetCount)
    {
        _low = new double[assetCount];
        _high = new double[assetCount];
    }

    /// <summary>True while no trigger can fire at this event time.</summary>
    public bool Holds(long nowUnixNs) => _stands && nowUnixNs < _untilUnixNs;

    /// <summary>Draws it around these prices; one that would let nothing pass is not drawn.</summary>
    public void Draw(TriggerFence reach, ReadOnlySpan<double> prices)
    {
        double move = Math.Min(reach.PriceMove, 1) - RoundingMargin;
        _stands = move > 0;
        if (!_stands)
            return;
        _untilUnixNs = reach.UntilUnixNs;
        for (int i = 0; i < _low.Length; i++)
        {
            _low[i] = prices[i] * (1 - move);
            _high[i] = prices[i] * (1 + move);
        }
    }

    /// <summary>A price has come.</summary>
    public void Pass(int asset, double price)
    {
        if (!(price >= _low[asset] && price <= _high[asset]))
            _stands = false;
    }

    /// <summary>Something else has changed.</summary>
    public void Fall() => _stands = false;
}
