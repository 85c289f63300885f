using FastRebalance.Bench.Scenarios.Simulated;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using LendingCalls = FastRebalance.Devnet.Lending.LendingCalls;

namespace FastRebalance.Bench.Scenarios.OnChain;

/// <summary>
/// The scenarios on a real node: published contracts, the desk's own executor, the whole program. Simulated are the price source, who trades the pools,
/// and time where it is said.
/// </summary>
internal static class ChainScenarios
{
    private const int Quiet = 6; // blocks over which nothing must happen

    public static IReadOnlyList<(string Name, Func<Stage, CancellationToken, Task<string?>> Play)> All { get; } =
    [
        ("chain-crash-tape", CrashTapeAsync),
        ("chain-gap-through-floor", GapAsync),
        ("chain-oracle-stale", OracleStaleAsync),
        ("chain-reserve-paused", ReservePausedAsync),
        ("chain-borrow-cap", BorrowCapAsync),
        ("chain-rate-spike", RateSpikeAsync),
        ("chain-rival-liquidator", RivalAsync),
    ];

    public static async Task<IReadOnlyList<ScenarioResult>> RunAsync(ScenarioOptions options, CancellationToken cancellation)
    {
        List<ScenarioResult> results = [];
        foreach ((string name, Func<Stage, CancellationToken, Task<string?>> play) in All)
        {
            if (!options.Wants(name) || cancellation.IsCancellationRequested)
                continue;
            options.Progress?.Invoke($"{name}, on a real node");
            results.Add(await PlayAsync(name, play, options, cancellation).ConfigureAwait(false));
        }
        return results;
    }

    private static async Task<ScenarioResult> PlayAsync(
        string name, Func<Stage, CancellationToken, Task<string?>> play, ScenarioOptions options, CancellationToken cancellation)
    {
        await using ChainWorld world = await ChainWorld.StartAsync(cancellation).ConfigureAwait(false);
        await using ChainDesk desk = await ChainDesk.StartAsync(world, cancellation).ConfigureAwait(false);
        string? failure = await play(new Stage(world, desk, options), cancellation).ConfigureAwait(false);
        await desk.RestsAsync(cancellation).ConfigureAwait(false);
        options.Progress?.Invoke($"{name}: {desk.Shots}");
        int liquidations = await world.LiquidationsAsync(cancellation).ConfigureAwait(false);
        ulong block = await world.Node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        (double weth, double usdc) = await world.NetAsync(block, cancellation).ConfigureAwait(false);
        double value = weth * await world.PoolPriceAsync(block, cancellation).ConfigureAwait(false);
        failure ??= liquidations > 0 ? "it was liquidated" : desk.Reverted > 0 ? $"{desk.Reverted} of its transactions reverted" : null;
        return new ScenarioResult(name)
        {
            Liquidations = liquidations,
            Ripcords = desk.Ripcords,
            FinalLeverage = value / (value + usdc),
            CostBps = await desk.CostBpsAsync(cancellation).ConfigureAwait(false),
            ReactionMs = desk.ReactionMs,
            Failure = failure is null ? null : $"{failure} ({desk})",
        };
    }

    // The minutes of the crash, their returns times four: as recorded they end inside the band.
    private static async Task<string?> CrashTapeAsync(Stage stage, CancellationToken cancellation)
    {
        const double scale = 4;
        TapeMinute[] minutes =
        [
            .. CrashTape.Read(stage.Options.Tape).Where(minute => DateTimeOffset.FromUnixTimeSeconds(minute.UnixSeconds).TimeOfDay is { Hours: 21, Minutes: >= 40 and <= 47 }),
        ];
        WorldBlock[] path = CrashPath.Of(minutes, new CrashVariant { CrashScale = scale });
        double price = 0;
        for (int i = 0; i < path.Length; i += 4) // a block a second is twelve times the tape's speed already; finer, economy keeps up with it
            await stage.World.MoveAsync(price = stage.World.StartPrice * path[i].Price / path[0].Price, cancellation).ConfigureAwait(false);
        return await stage.DeleveredAsync(price, cancellation).ConfigureAwait(false);
    }

    // 38 % in one block: through the executor's floor of 1.05, short of liquidation.
    private static async Task<string?> GapAsync(Stage stage, CancellationToken cancellation)
    {
        double price = stage.World.StartPrice * 0.62;
        await stage.World.MoveAsync(price, cancellation).ConfigureAwait(false);
        return await stage.DeleveredAsync(price, cancellation).ConfigureAwait(false);
    }

    // The pools fall and the lending market does not hear of it; then it does.
    private static async Task<string?> OracleStaleAsync(Stage stage, CancellationToken cancellation)
    {
        double price = stage.World.StartPrice * 0.72;
        await stage.World.MoveAsync(price, null, cancellation).ConfigureAwait(false);
        string? failure = await stage.DeleveredAsync(price, cancellation).ConfigureAwait(false);
        await stage.World.MoveAsync(null, price, cancellation).ConfigureAwait(false);
        await stage.World.BlocksAsync(Quiet, cancellation).ConfigureAwait(false);
        return failure;
    }

    private static async Task<string?> ReservePausedAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.World.ConfigureAsync("setReservePause(address,bool)", "WETH", 1, cancellation).ConfigureAwait(false);
        double price = stage.World.StartPrice * 0.72;
        await stage.World.MoveAsync(price, cancellation).ConfigureAwait(false);
        await stage.World.BlocksAsync(Quiet, cancellation).ConfigureAwait(false);
        if (stage.Desk.Sent > 0)
            return "it sent into a paused reserve";
        await stage.World.ConfigureAsync("setReservePause(address,bool)", "WETH", 0, cancellation).ConfigureAwait(false);
        return await stage.DeleveredAsync(price, cancellation).ConfigureAwait(false);
    }

    private static async Task<string?> BorrowCapAsync(Stage stage, CancellationToken cancellation)
    {
        await stage.World.ConfigureAsync("setBorrowCap(address,uint256)", "USDC", 1, cancellation).ConfigureAwait(false);
        await stage.World.MoveAsync(stage.World.StartPrice * 1.35, cancellation).ConfigureAwait(false);
        await stage.World.BlocksAsync(Quiet, cancellation).ConfigureAwait(false);
        if (stage.Desk.Sent > 0)
            return "it sent for debt beyond the cap";
        await stage.World.ConfigureAsync("setBorrowCap(address,uint256)", "USDC", 1_000_000_000, cancellation).ConfigureAwait(false);
        return await stage.Desk.UntilAsync(() => stage.Desk.Mined.Count > 0, cancellation).ConfigureAwait(false)
            ? stage.Desk.Ripcords > 0 ? "safety traded where economy should" : null
            : "it never levered up once the cap was lifted";
    }

    // Somebody borrows nearly all there is, and a week goes by at what that costs.
    private static async Task<string?> RateSpikeAsync(Stage stage, CancellationToken cancellation)
    {
        ChainWorld world = stage.World;
        Address whale = world.Manifest.Account("spare-2"), pool = world.Manifest.Contract("aavePool");
        Address weth = world.Manifest.Token("WETH").Address, usdc = world.Manifest.Token("USDC").Address;
        UInt256 collateral = UInt256.PowerOfTen(18) * 30_000ul;
        await world.DoAsync(world.Manifest.Account("deployer"), weth, Erc20.Transfer(whale, collateral), cancellation).ConfigureAwait(false);
        await world.DoAsync(whale, weth, Erc20.Approve(pool, UInt256.MaxValue), cancellation).ConfigureAwait(false);
        await world.DoAsync(whale, pool, LendingCalls.Supply(weth, in collateral, whale), cancellation).ConfigureAwait(false);
        byte[] answer = await world.Node.CallAsync(usdc, Erc20.BalanceOf(world.Manifest.Reserve("USDC").AToken), Ethereum.Rpc.BlockRef.Latest, cancellation: cancellation).ConfigureAwait(false);
        UInt256 nearlyAll = UInt256.ReadBigEndian(answer) / 1_000ul * 999ul;
        await world.DoAsync(whale, pool, LendingCalls.Borrow(usdc, in nearlyAll, whale), cancellation).ConfigureAwait(false);
        await world.PassAsync(TimeSpan.FromDays(7), cancellation).ConfigureAwait(false);
        await world.MoveAsync(world.StartPrice, cancellation).ConfigureAwait(false);
        await world.BlocksAsync(Quiet, cancellation).ConfigureAwait(false);
        await stage.Desk.RestsAsync(cancellation).ConfigureAwait(false);
        double leverage = await stage.LeverageAsync(cancellation).ConfigureAwait(false);
        return stage.Desk.Ripcords > 0 ? "the ripcord was pulled for a rate" : leverage is < 1.7 or > 2.3 ? $"leverage left its band: {leverage:F3}" : null;
    }

    // A gap to just above liquidation, and half a percent less each block: whoever is later loses.
    private static async Task<string?> RivalAsync(Stage stage, CancellationToken cancellation)
    {
        await using Rival rival = await Rival.StartAsync(stage.World, cancellation).ConfigureAwait(false);
        double price = stage.World.StartPrice * 0.612;
        await stage.World.MoveAsync(price, cancellation).ConfigureAwait(false);
        for (int i = 0; i < 7; i++)
            await stage.World.MoveAsync(price *= 0.995, cancellation).ConfigureAwait(false);
        return await stage.DeleveredAsync(price, cancellation).ConfigureAwait(false);
    }

    /// <summary>What a scenario plays with.</summary>
    internal sealed record Stage(ChainWorld World, ChainDesk Desk, ScenarioOptions Options)
    {
        private const double Most = 2.35; // 2.3, and what the trade itself costs

        public async Task<double> LeverageAsync(CancellationToken cancellation)
        {
            ulong block = await World.Node.BlockNumberAsync(cancellation).ConfigureAwait(false);
            (double weth, double usdc) = await World.NetAsync(block, cancellation).ConfigureAwait(false);
            double value = weth * await World.PoolPriceAsync(block, cancellation).ConfigureAwait(false);
            return value / (value + usdc);
        }

        /// <summary>Waits for the ripcord and for its end; why it failed, or null. Others then bring the pools back from where the desk's sale left them.</summary>
        /// <param name="price">Where the pools belong.</param>
        /// <param name="cancellation">Ends the wait.</param>
        public async Task<string?> DeleveredAsync(double price, CancellationToken cancellation)
        {
            if (!await Desk.UntilAsync(() => Desk.Ripcords > 0, cancellation).ConfigureAwait(false))
                return "the ripcord was not pulled";
            await World.MoveAsync(price, null, cancellation).ConfigureAwait(false);
            await World.BlocksAsync(Quiet, cancellation).ConfigureAwait(false);
            await Desk.RestsAsync(cancellation).ConfigureAwait(false);
            double leverage = await LeverageAsync(cancellation).ConfigureAwait(false);
            return leverage > Most ? $"leverage stayed at {leverage:F3}, pools at {await World.PricesAsync(cancellation).ConfigureAwait(false)}" : null;
        }
    }
}
