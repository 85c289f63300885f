namespace FastRebalance.Bench.Routing.Peers;

/// <summary>The markets that the peers are asked about: each knows other pools.</summary>
public static class PeerMarkets
{
    /// <summary>Constant-product pairs, several of them over the same two assets.</summary>
    public const string Pairs = "pairs";

    /// <summary>Uniswap's: one V2 pair and at most one V3 pool of each fee over the same two assets, as its factories allow.</summary>
    public const string Uniswap = "uniswap";

    /// <summary>Weighted and composable stable pools of Balancer's V2 vault.</summary>
    public const string Balancer = "balancer";

    private static readonly int[] s_sizes = [50, 100, 200];

    /// <summary>Every market in its usual sizes.</summary>
    public static IReadOnlyList<PeerInstance> Make(int seed) =>
    [
        .. s_sizes.Select(pools => PairMarket.Make(seed, pools)),
        .. s_sizes.Select(pools => UniswapMarket.Make(seed, pools)),
        .. s_sizes.Select(pools => BalancerMarket.Make(seed, pools)),
    ];
}
