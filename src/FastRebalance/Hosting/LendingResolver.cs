using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution;

namespace FastRebalance.Hosting;

/// <summary>Finds the pool of a lending market, and which of the configured assets are reserves there, from the market's registry.</summary>
internal static class LendingResolver
{
    private const string Path = "portfolios[0].lending";
    private const string MarketWanted = "the PoolAddressesProvider of an Aave V3 market on this chain";

    /// <returns>Null where the portfolio does not borrow, or a problem was added.</returns>
    public static async Task<LendingSetup?> ResolveAsync(EthereumNode node, ConfigFile config, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        if (config.Portfolio.Lending is not { } section || section.Market.IsZero)
            return null;
        int before = problems.Count;
        if (!config.Contracts.ContainsKey(ContractNames.RebalanceExecutor))
            problems.Add(new ConfigProblem(
                $"contracts.{ContractNames.RebalanceExecutor}", "nothing, and the portfolio borrows", "the leveraged executor; `fastrebalance executor deploy -c FILE` makes one"));
        if (config.Executor.Intent is not null)
            problems.Add(new ConfigProblem("executor.intent", "an intent, and the portfolio borrows", "no intent: it allows swaps, not debt, so the account must be trusted in full"));
        if (config.Executor.UsesPermit2)
            problems.Add(new ConfigProblem("executor.permit2", "true, and the portfolio borrows", "false: what is bought goes to the market by the tokens' own allowances"));
        Address? pool = await PoolOfAsync(node, section.Market, problems, cancellation).ConfigureAwait(false);
        if (pool is not { } found || problems.Count > before)
            return null;
        return new LendingSetup
        {
            Pool = found,
            HealthFloorWad = LendingSetup.WadOf(section.HealthFloor),
            HealthCeilingWad = LendingSetup.WadOf(section.HealthCeiling),
            Reserves = await ReservesAsync(node, found, config, cancellation).ConfigureAwait(false),
        };
    }

    /// <summary>The pool that a market's registry names; null, and a problem, where it names none.</summary>
    public static async Task<Address?> PoolOfAsync(EthereumNode node, Address market, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        EthCallOutcome[] answers = await node.CallManyAsync([new EthCall(market, AaveCalls.GetPool())], BlockRef.Latest, cancellation).ConfigureAwait(false);
        AbiReader reader = new(answers[0].Data);
        if (answers[0].Success && reader.TryReadAddress(out Address pool) && !pool.IsZero)
            return pool;
        problems.Add(new ConfigProblem($"{Path}.market", $"{market}, which names no pool", MarketWanted));
        return null;
    }

    private static async Task<ReserveTokens[]> ReservesAsync(EthereumNode node, Address pool, ConfigFile config, CancellationToken cancellation)
    {
        EthCallOutcome[] answers = await node.CallManyAsync(
            [.. config.Assets.Select(asset => new EthCall(pool, AaveCalls.ReserveData(asset.Address)))], BlockRef.Latest, cancellation).ConfigureAwait(false);
        return [.. answers.Select(answer => answer.Success && AaveCalls.TryReadTokens(answer.Data, out ReserveTokens tokens) ? tokens : default)];
    }
}
