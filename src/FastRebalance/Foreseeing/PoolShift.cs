using System.Runtime.InteropServices;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Foreseeing;

/// <summary>
/// Trades pools of two assets to where they would stand at another price of one of them, and puts them back. What traders would do until the
/// price is there, as one swap a pool: exact but for the last part in ten thousand of the price.
/// </summary>
internal sealed class PoolShift
{
    private const int Refinements = 6;
    private const double CloseEnough = 1e-4;

    private readonly List<(Pool Pool, MarketEvent State)> _moved = [];

    /// <summary>Moves every ready pool of the asset and one other, so that the asset is worth so many times as much there.</summary>
    /// <param name="pools">An engine's own, to be moved in place.</param>
    /// <param name="asset">Whose price changes.</param>
    /// <param name="factor">Above 0; 1 is no change.</param>
    public void Move(ReadOnlySpan<Pool> pools, AssetId asset, double factor)
    {
        foreach (Pool pool in pools)
        {
            AssetId other = pool.Other(asset);
            if (!pool.IsReady || other.IsNone || !TryKeep(pool, out MarketEvent state))
                continue;
            _moved.Add((pool, state));
            if (factor > 1)
                Trade(pool, other, asset, factor);
            else
                Trade(pool, asset, other, 1 / factor);
        }
    }

    /// <summary>Every pool that was moved stands where it stood.</summary>
    public void PutBack()
    {
        for (int i = _moved.Count - 1; i >= 0; i--) // a pool of two assets that both moved was kept twice
            _moved[i].Pool.Apply(in CollectionsMarshal.AsSpan(_moved)[i].State);
        _moved.Clear();
    }

    /// <summary>Sells until what is bought is so many times as dear.</summary>
    private static void Trade(Pool pool, AssetId sell, AssetId buy, double factor)
    {
        double wanted = pool.SpotRate(sell, buy) / factor;
        for (int i = 0; i < Refinements; i++)
        {
            double left = pool.SpotRate(sell, buy) / wanted;
            // As of a constant product, which a range of a concentrated pool is as well; a step that goes too far is taken by half.
            double amount = pool.DepthOf(sell) * (Math.Sqrt(left) - 1) / (1 - (pool.FeePips / 1e6));
            if (left - 1 < CloseEnough || !UInt256.TryFromDoubleFloor(amount, out UInt256 units) || units.IsZero)
                return;
            while (IsTooMuch(pool, sell, buy, in units, wanted))
                units >>= 1;
            if (units.IsZero || pool.Swap(sell, buy, in units, out _) != QuoteStatus.Exact)
                return;
        }
    }

    private static bool IsTooMuch(Pool pool, AssetId sell, AssetId buy, in UInt256 units, double wanted)
    {
        if (units.IsZero)
            return false;
        Pool trial = pool.Copy();
        return trial.Swap(sell, buy, in units, out _) != QuoteStatus.Exact || trial.SpotRate(sell, buy) < wanted * (1 - CloseEnough);
    }

    // A swap moves reserves, or price, active liquidity and tick: one event brings either back.
    private static bool TryKeep(Pool pool, out MarketEvent state)
    {
        state = new MarketEvent { Subject = pool.Id.Value };
        switch (pool)
        {
            case UniswapV2Pool pair:
                state.Kind = MarketEventKind.Reserves;
                state.Reserves = new PoolReserves { Reserve0 = pair.Reserve0, Reserve1 = pair.Reserve1 };
                return true;
            case ConcentratedPool concentrated:
                state.Kind = MarketEventKind.Concentrated;
                state.Concentrated = concentrated.State;
                return true;
            default:
                return false;
        }
    }
}
