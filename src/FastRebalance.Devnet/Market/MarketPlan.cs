namespace FastRebalance.Devnet.Market;

/// <summary>
/// What is deployed: five tokens at consistent prices near the real ones, six constant-product pools and five concentrated ones,
/// each deep enough for a desk of half a million and shallow enough that a big trade shows. Pure: the seed decides everything.
/// </summary>
internal sealed record MarketPlan(IReadOnlyList<TokenPlan> Tokens, IReadOnlyList<PoolPlan> Pools)
{
    public const string Numeraire = "USDC";
    public const string Native = "WETH";

    /// <summary>What the desk owns at the start, in USDC.</summary>
    public const double DeskValueUsdc = 500_000;

    /// <summary>What the desk should own, by value.</summary>
    public static readonly IReadOnlyDictionary<string, double> TargetWeights =
        new Dictionary<string, double> { ["WETH"] = 0.5, ["WBTC"] = 0.2, ["USDC"] = 0.3 };

    /// <summary>What it owns instead: the first decision is a trade.</summary>
    public static readonly IReadOnlyDictionary<string, double> StartWeights =
        new Dictionary<string, double> { ["WETH"] = 0.6, ["WBTC"] = 0.1, ["USDC"] = 0.3 };

    // Wide enough together that the noise, which stays within 20 % of the start, always finds two of them.
    private static readonly double[] VolatileRanges = [0.05, 0.12, 0.28, 0.60];
    private static readonly double[] StableRanges = [0.001, 0.003, 0.01, 0.05];

    public TokenPlan Token(string symbol) => Tokens.First(token => token.Symbol == symbol);

    public static MarketPlan Create(ulong seed)
    {
        SplitMix random = new(seed);
        double Near(double price) => price * random.NextBetween(0.995, 1.005);
        double About(double value) => value * random.NextBetween(0.9, 1.1);
        PoolPlan ConstantProduct(string a, string b, double value) => new(PoolPlan.UniswapV2, a, b, 3000, About(value), []);
        PoolPlan Concentrated(string a, string b, int fee, double value) =>
            new(PoolPlan.UniswapV3, a, b, fee, About(value), a == "DAI" ? StableRanges : VolatileRanges);

        TokenPlan[] tokens =
        [
            new("WETH", "Wrapped Ether", 18, Near(2_500)),
            new("USDC", "USD Coin", 6, 1),
            new("DAI", "Dai Stablecoin", 18, 1),
            new("WBTC", "Wrapped BTC", 8, Near(60_000)),
            new("LINK", "ChainLink Token", 18, Near(15)),
        ];
        PoolPlan[] pools =
        [
            Concentrated("WETH", "USDC", 500, 12e6),
            Concentrated("WETH", "USDC", 3000, 8e6),
            Concentrated("WBTC", "WETH", 3000, 8e6),
            Concentrated("WBTC", "USDC", 3000, 10e6),
            Concentrated("DAI", "USDC", 100, 8e6),
            ConstantProduct("WETH", "USDC", 6e6),
            ConstantProduct("WBTC", "USDC", 4e6),
            ConstantProduct("WETH", "WBTC", 4e6),
            ConstantProduct("LINK", "WETH", 2e6),
            ConstantProduct("DAI", "USDC", 4e6),
            ConstantProduct("LINK", "USDC", 2e6),
        ];
        return new MarketPlan(tokens, pools);
    }
}
