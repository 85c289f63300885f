using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>Walks the stops of the swap loop: initialised ticks and the ends of bitmap words.</summary>
/// <param name="ticks">The pool's ticks.</param>
/// <param name="spacing">Distance of usable ticks.</param>
/// <param name="downwards">Token 0 is sold.</param>
/// <param name="startTick">The tick as the pool stores it: after a crossing downwards it is one below the price's own.</param>
internal ref struct TickCursor(TickTable ticks, int spacing, bool downwards, int startTick)
{
    /// <summary>A bitmap word covers 2^8 usable ticks, and no step of the contract's loop leaves its word.</summary>
    private const int WordShift = 8;

    private const int WordMask = (1 << WordShift) - 1;

    private readonly int _startWord = FloorDivide(startTick, spacing) >> WordShift;
    private int _position = ticks.Floor(startTick);
    private int _next;
    private bool _isInitialized;

    /// <summary>The tick that the contract stores after what was passed so far.</summary>
    public int Tick { get; private set; } = startTick;

    /// <summary>Initialised ticks passed.</summary>
    public int Crossings { get; private set; }

    /// <summary>The stop passed last.</summary>
    public readonly int PassedTick => _next;

    public readonly int WordsPassed => Math.Abs((FloorDivide(Tick, spacing) >> WordShift) - _startWord);

    /// <summary>
    /// Finds the next stop. The loop of the contract stops at the end of every word, and every stop rounds, so
    /// those without an initialised tick count as well; only where nothing is active do they move nothing, and are skipped.
    /// </summary>
    public void FindNext(bool nothingActive)
    {
        int compressed = FloorDivide(Tick, spacing);
        if (downwards)
        {
            int wordEnd = nothingActive ? TickMath.MinTick : (compressed & ~WordMask) * spacing;
            _isInitialized = _position >= 0 && ticks.IndexAt(_position) >= wordEnd;
            _next = _isInitialized ? ticks.IndexAt(_position) : Math.Max(wordEnd, TickMath.MinTick);
        }
        else
        {
            int wordEnd = nothingActive ? TickMath.MaxTick : ((compressed + 1) | WordMask) * spacing;
            _isInitialized = _position + 1 < ticks.Count && ticks.IndexAt(_position + 1) <= wordEnd;
            _next = _isInitialized ? ticks.IndexAt(_position + 1) : Math.Min(wordEnd, TickMath.MaxTick);
        }
    }

    public readonly UInt256 NextPrice() => !_isInitialized ? TickMath.SqrtRatioAtTick(_next)
        : ticks.PriceAt(downwards ? _position : _position + 1);

    /// <summary>Passes the stop. Selling token 0 crosses downwards, where a tick's net liquidity counts the other way.</summary>
    /// <returns>False where the contract would revert.</returns>
    public bool TryCross(ref UInt128 liquidity)
    {
        Tick = downwards ? _next - 1 : _next;
        if (!_isInitialized)
            return true;
        Crossings++;
        Int128 net = ticks.NetAt(downwards ? _position-- : ++_position);
        return Liquidity.TryAdd(liquidity, downwards ? -net : net, out liquidity);
    }

    private static int FloorDivide(int tick, int spacing) => tick / spacing - (tick < 0 && tick % spacing != 0 ? 1 : 0);
}
