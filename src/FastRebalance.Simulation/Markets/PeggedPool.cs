using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Simulation.Markets;

/// <summary>A pool of a real kind with liquidity over its whole range, set to the board's price whenever it is told to follow.</summary>
internal sealed class PeggedPool(Pool pool, PriceBoard board, double unitsPerToken0, double unitsPerToken1, double depthNumeraire)
{
    private const int MaxTick = 887_272;
    private const double TickBase = 1.0001;
    private const double Q96 = 79228162514264337593543950336.0;

    private readonly int _tickSpacing = pool.Facts.TickSpacing;
    private double _liquidity;

    public Pool Pool => pool;

    private bool IsConcentrated => _tickSpacing > 0;

    /// <summary>Puts in what the depth buys at the prices now.</summary>
    public void Open()
    {
        double half = depthNumeraire / 2;
        _liquidity = Math.Sqrt(half / RawPrice(pool.Asset0, unitsPerToken0) * (half / RawPrice(pool.Asset1, unitsPerToken1)));
        Apply(Event(MarketEventKind.PoolReset));
        if (IsConcentrated)
        {
            int last = MaxTick / _tickSpacing * _tickSpacing;
            Apply(TickAt(-last, +1));
            Apply(TickAt(last, -1));
        }
        Follow();
        Apply(Event(MarketEventKind.PoolReady));
    }

    public void Follow()
    {
        double rate = RawPrice(pool.Asset0, unitsPerToken0) / RawPrice(pool.Asset1, unitsPerToken1);
        double root = Math.Sqrt(rate);
        MarketEvent e = Event(IsConcentrated ? MarketEventKind.Concentrated : MarketEventKind.Reserves);
        if (IsConcentrated)
        {
            UInt256.TryFromDoubleFloor(root * Q96, out e.Concentrated.SqrtPriceX96);
            e.Concentrated.Liquidity = (UInt128)_liquidity;
            e.Concentrated.Tick = (int)Math.Floor(Math.Log(rate) / Math.Log(TickBase));
        }
        else
        {
            UInt256.TryFromDoubleFloor(_liquidity / root, out e.Reserves.Reserve0);
            UInt256.TryFromDoubleFloor(_liquidity * root, out e.Reserves.Reserve1);
        }
        Apply(e);
    }

    private void Apply(MarketEvent e) => pool.Apply(in e);

    private MarketEvent TickAt(int index, int sign)
    {
        MarketEvent e = Event(MarketEventKind.TickLiquidity);
        e.Tick.Index = index;
        e.Tick.Gross = (UInt128)_liquidity;
        e.Tick.Net = sign * (Int128)_liquidity;
        return e;
    }

    private MarketEvent Event(MarketEventKind kind) => new() { Kind = kind, Subject = pool.Id.Value };

    /// <summary>Numeraire per base unit.</summary>
    private double RawPrice(AssetId asset, double unitsPerToken) => board.Prices[asset.Index] / unitsPerToken;
}
