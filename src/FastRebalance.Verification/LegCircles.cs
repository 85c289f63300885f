using FastRebalance.Core.Baskets;

namespace FastRebalance.Verification;

/// <summary>Tells whether legs run in a circle: an asset sold whose proceeds, through whatever legs, buy it back. Allocates once.</summary>
internal sealed class LegCircles(int assetCount)
{
    private readonly bool[] _left = new bool[assetCount];
    private readonly bool[] _bought = new bool[assetCount];

    /// <summary>Takes away, again and again, every asset that no asset left is sold for; what then stays is a circle and what follows it.</summary>
    public bool Any(ReadOnlySpan<BasketLeg> legs)
    {
        Array.Fill(_left, true);
        while (true)
        {
            Array.Clear(_bought);
            foreach (ref readonly BasketLeg leg in legs)
                if (_left[leg.Sell.Index])
                    _bought[leg.Buy.Index] = true;
            bool dropped = false;
            bool any = false;
            for (int t = 0; t < _left.Length; t++)
            {
                dropped |= _left[t] && !_bought[t];
                _left[t] &= _bought[t];
                any |= _left[t];
            }
            if (!dropped || !any)
                return any;
        }
    }
}
