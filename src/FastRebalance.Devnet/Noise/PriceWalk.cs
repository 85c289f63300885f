using FastRebalance.Devnet.Market;

namespace FastRebalance.Devnet.Noise;

/// <summary>
/// Where prices want to be: one market mood that drifts for some ten seconds before it turns, a smaller mood of each token on top,
/// and walls at 20 % from the start. Fast on purpose: a desk of half ether, with a band of one percent, has something to do every
/// five to ten seconds. Pure: the seed and the number of steps decide everything.
/// </summary>
internal sealed class PriceWalk
{
    /// <summary>Prices stay within this factor of the start, both ways.</summary>
    public const double Farthest = 1.2;

    private readonly SplitMix _random;
    private readonly Mood _market = new(speedPerSecond: 0.011, memorySeconds: 15, wall: 0.13);
    private readonly Mood _gas = new(speedPerSecond: 0.02, memorySeconds: 10, wall: 1.0);
    private readonly Dictionary<string, (double Start, double Share, Mood Own)> _tokens = [];

    public PriceWalk(MarketPlan plan, ulong seed)
    {
        _random = new SplitMix(seed ^ 0x6e6f697365);
        foreach (TokenPlan token in plan.Tokens.Where(token => token.Symbol != MarketPlan.Numeraire))
            _tokens[token.Symbol] = token.Symbol == "DAI"
                ? (token.StartPrice, 0, new Mood(0.00004, 20, 0.0006))
                : (token.StartPrice, 1, new Mood(0.003, 8, 0.05));
    }

    /// <summary>USDC per whole token, now.</summary>
    public double PriceOf(string symbol) =>
        _tokens.TryGetValue(symbol, out (double Start, double Share, Mood Own) token)
            ? token.Start * Math.Exp(token.Share * _market.Level + token.Own.Level)
            : 1;

    /// <summary>What a unit of gas costs now, in wei: 2 gwei, give or take a factor of three.</summary>
    public ulong BaseFeePerGasWei => (ulong)(2e9 * Math.Exp(_gas.Level));

    public void Advance(double seconds)
    {
        _market.Advance(_random, seconds);
        _gas.Advance(_random, seconds);
        foreach ((double Start, double Share, Mood Own) token in _tokens.Values)
            token.Own.Advance(_random, seconds);
    }

    // A level that moves with a velocity; the velocity forgets itself and is pushed at random (Ornstein and Uhlenbeck 1930).
    private sealed class Mood(double speedPerSecond, double memorySeconds, double wall)
    {
        private double _velocity;

        public double Level { get; private set; }

        public void Advance(SplitMix random, double seconds)
        {
            double kept = Math.Exp(-seconds / memorySeconds);
            _velocity = kept * _velocity + Math.Sqrt(1 - kept * kept) * speedPerSecond * random.NextNormal();
            Level += _velocity * seconds;
            if (Math.Abs(Level) <= wall)
                return;
            Level = Math.CopySign(wall, Level);
            // The wall throws back: the mood leaves it at a walk instead of leaning on it.
            _velocity = -Math.CopySign(Math.Max(Math.Abs(_velocity), speedPerSecond) / 2, Level);
        }
    }
}
