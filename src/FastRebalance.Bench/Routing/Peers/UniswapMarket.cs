using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>
/// Makes markets of Uniswap V2 pairs and V3 pools from a seed: calm ones, every pool within its fee of the true price. Two assets share at
/// most one pair and one pool of each fee, as Uniswap's factories allow.
/// </summary>
public static class UniswapMarket
{
    private const int Assets = 20;
    private const int Orders = 10;
    private const int MaxHops = 3;
    private const int MostPools = 400;
    private const int PairsOfFive = 2; // the other three are V3 pools
    private const int Positions = 4;
    private const double Q96 = 79228162514264337593543950336.0;

    private static readonly uint[] s_fees = [100, 500, 3_000, 10_000];

    /// <param name="seed">Everything follows from it and the number of pools.</param>
    /// <param name="pools">Pools; at least one less than the 20 assets, which they connect, and at most 400.</param>
    public static PeerInstance Make(int seed, int pools)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pools, Assets - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pools, MostPools);
        MarketDice dice = new(seed, pools);
        double[] prices = [.. Enumerable.Range(0, Assets).Select(_ => dice.NextPrice())];
        HashSet<(int, int, uint)> taken = [];
        PeerPool[] made = [.. Enumerable.Range(0, pools).Select(i => MakePool(dice, prices, i, taken))];
        PeerOrder[] orders = [.. Enumerable.Range(0, Orders).Select(_ => dice.NextOrder(made, MaxHops))];
        return new PeerInstance($"{pools} V2 and V3 pools", PeerMarkets.Uniswap, prices, made, orders);
    }

    private static PeerPool MakePool(MarketDice dice, double[] prices, int i, HashSet<(int, int, uint)> taken)
    {
        while (true)
        {
            (int a, int b) = dice.NextPair(i, Assets);
            bool isPair = dice.Next(5) < PairsOfFive;
            uint fee = isPair ? UniswapV2Kind.DefaultFeePips : s_fees[dice.Next(s_fees.Length)];
            if (!taken.Add((a, b, isPair ? 0 : fee)))
                continue;
            double worth = dice.NextWorth();
            double off = dice.NextOff(fee);
            return isPair
                ? new PeerPair(a, b, dice.Units(worth / prices[a]), dice.Units(worth / prices[b] * off))
                : MakeConcentrated(dice, a, b, fee, worth / prices[a], prices[a] / prices[b] * off);
        }
    }

    /// <summary>Positions around the price, ever wider, the last one over everything.</summary>
    private static PeerConcentratedPool MakeConcentrated(MarketDice dice, int a, int b, uint fee, double side0, double rate)
    {
        int spacing = PeerConcentratedPool.SpacingOf(fee);
        UInt256.TryFromDoubleFloor(Math.Sqrt(rate) * Q96, out UInt256 root);
        int tick = TickMath.TickAtSqrtRatio(in root);
        int centre = tick / spacing * spacing;
        int last = TickMath.MaxTick / spacing * spacing;
        int[] reaches = [(2 + dice.Next(10)) * spacing, (20 + dice.Next(40)) * spacing, (100 + dice.Next(200)) * spacing, 2 * last];
        SortedDictionary<int, TickLiquidity> ticks = [];
        UInt128 active = 0;
        foreach (int reach in reaches)
        {
            UInt128 liquidity = (UInt128)dice.Units(side0 * Math.Sqrt(rate) / Positions);
            Put(ticks, Math.Max(-last, centre - reach), liquidity, (Int128)liquidity);
            Put(ticks, Math.Min(last, centre + reach), liquidity, -(Int128)liquidity);
            active += liquidity; // every reach is two spacings or more, so that the price is inside
        }
        return new PeerConcentratedPool(
            a, b, fee, new ConcentratedState { SqrtPriceX96 = root, Liquidity = active, Tick = tick }, [.. ticks.Values]);
    }

    private static void Put(SortedDictionary<int, TickLiquidity> ticks, int index, UInt128 gross, Int128 net)
    {
        TickLiquidity before = ticks.GetValueOrDefault(index);
        ticks[index] = new TickLiquidity { Index = index, Gross = before.Gross + gross, Net = before.Net + net };
    }
}
