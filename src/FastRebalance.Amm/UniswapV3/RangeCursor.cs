using FastRebalance.Core.Events;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>Walks the ranges with liquidity from the present price on, each as a piece of the pool's curve.</summary>
internal ref struct RangeCursor
{
    private const double Q96 = 79228162514264337593543950336.0;

    private readonly TickTable _ticks;
    private readonly bool _downwards;
    private readonly double _kept;
    private UInt128 _liquidity;
    private double _sqrtRate;
    private int _next; // position of the tick at the end of the range
    private bool _goesOn;

    /// <param name="ticks">The pool's ticks.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="sqrtRate">Token 1 per token 0 there, the root of it; 0 where there is no price.</param>
    /// <param name="downwards">Token 0 is sold.</param>
    /// <param name="kept">What the fee leaves of a unit in.</param>
    public RangeCursor(TickTable ticks, in ConcentratedState state, double sqrtRate, bool downwards, double kept)
    {
        (_ticks, _downwards, _kept, _liquidity, _sqrtRate) = (ticks, downwards, kept, state.Liquidity, sqrtRate);
        _next = ticks.Floor(state.Tick) + (downwards ? 0 : 1);
        _goesOn = sqrtRate > 0 && kept > 0;
    }

    /// <returns>False behind the last tick, where there is no liquidity.</returns>
    public bool TryNext(out CurveSegment piece)
    {
        piece = default;
        bool isFound = false;
        while (_goesOn && !isFound && _next >= 0 && _next < _ticks.Count)
        {
            double end = (double)_ticks.PriceAt(_next) / Q96;
            double growth = _downwards ? _sqrtRate / end : end / _sqrtRate;
            isFound = _liquidity > 0 && growth > 1;
            if (isFound)
                piece = PieceTo(growth);
            Int128 net = _ticks.NetAt(_next);
            _goesOn = Liquidity.TryAdd(_liquidity, _downwards ? -net : net, out _liquidity);
            _sqrtRate = end;
            _next += _downwards ? -1 : 1;
        }
        return isFound;
    }

    private readonly CurveSegment PieceTo(double growth)
    {
        double liquidity = (double)_liquidity;
        return _downwards
            ? new CurveSegment(_sqrtRate * _sqrtRate * _kept, liquidity / _sqrtRate / _kept, growth)
            : new CurveSegment(_kept / (_sqrtRate * _sqrtRate), liquidity * _sqrtRate / _kept, growth);
    }
}
