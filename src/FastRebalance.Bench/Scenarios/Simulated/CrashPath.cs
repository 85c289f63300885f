namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>
/// Turns recorded minutes into blocks of twelve seconds: open, the two extremes in the order of the minute's direction, half way to the close, close. A
/// variant scales the returns between them.
/// </summary>
internal static class CrashPath
{
    public const int BlockSeconds = 12;

    private const int BlocksPerMinute = 5;
    private const double MaticUsd = 0.57; // gas on that chain is paid in its own coin, at about this price on the day
    private const double GasUnits = 700_000;
    private const double CongestedGwei = 1_000;

    private static readonly TimeSpan s_crashStart = new(21, 30, 0), s_crashEnd = new(21, 50, 0);

    public static WorldBlock[] Of(IReadOnlyList<TapeMinute> minutes, CrashVariant variant)
    {
        List<WorldBlock> blocks = [];
        double last = 0, price = 0;
        int jump = variant.Jump == 0 ? -1 : (int)(variant.JumpAt * minutes.Count * BlocksPerMinute);
        foreach (TapeMinute minute in minutes)
        {
            TimeSpan time = DateTimeOffset.FromUnixTimeSeconds(minute.UnixSeconds).TimeOfDay;
            double scale = time >= s_crashStart && time < s_crashEnd ? variant.CrashScale : variant.VolatilityScale;
            foreach ((int index, double recorded) in Recorded(minute).Index())
            {
                price = last == 0 ? recorded : price * Math.Exp(scale * Math.Log(recorded / last));
                last = recorded;
                if (blocks.Count == jump)
                    price *= Math.Exp(variant.Jump);
                blocks.Add(new WorldBlock(
                    minute.UnixSeconds + index * BlockSeconds, price, minute.Liquidity * variant.LiquidityScale, minute.GasGwei * 1e-9 * GasUnits * MaticUsd,
                    minute.GasGwei > CongestedGwei)
                {
                    Usdc = minute.Usdc, Weth = minute.Weth,
                });
            }
        }
        return [.. blocks];
    }

    private static double[] Recorded(TapeMinute minute)
    {
        bool falls = minute.CloseTick > minute.OpenTick; // a higher tick is a lower price
        (int first, int second) = falls ? (minute.LowTick, minute.HighTick) : (minute.HighTick, minute.LowTick);
        double[] ticks = [minute.OpenTick, first, second, (second + minute.CloseTick) / 2.0, minute.CloseTick];
        return Array.ConvertAll(ticks, CrashTape.PriceOf);
    }
}
