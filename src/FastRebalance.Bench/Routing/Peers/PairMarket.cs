using FastRebalance.Amm;

namespace FastRebalance.Bench.Routing.Peers;

/// <summary>Makes markets of constant-product pairs from a seed: calm ones, every pool within its fee of the true price.</summary>
public static class PairMarket
{
    private const int Assets = 20;
    private const int Orders = 10;
    private const int MaxHops = 3;

    /// <param name="seed">Everything follows from it and the number of pools.</param>
    /// <param name="pools">Pools; at least one less than the 20 assets, which they connect.</param>
    public static PeerInstance Make(int seed, int pools)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pools, Assets - 1);
        MarketDice dice = new(seed, pools);
        double[] prices = [.. Enumerable.Range(0, Assets).Select(_ => dice.NextPrice())];
        PeerPool[] made = [.. Enumerable.Range(0, pools).Select(i => MakePool(dice, prices, i))];
        PeerOrder[] orders = [.. Enumerable.Range(0, Orders).Select(_ => dice.NextOrder(made, MaxHops))];
        return new PeerInstance($"{pools} pairs", PeerMarkets.Pairs, prices, made, orders);
    }

    private static PeerPair MakePool(MarketDice dice, double[] prices, int i)
    {
        (int a, int b) = dice.NextPair(i, Assets);
        double worth = dice.NextWorth();
        double off = dice.NextOff(UniswapV2Kind.DefaultFeePips);
        return new PeerPair(a, b, dice.Units(worth / prices[a]), dice.Units(worth / prices[b] * off));
    }
}
