using FastRebalance.Amm;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Hosting;

/// <summary>
/// Holds a configuration against the chain it names: the id, the code at every address, the decimals of every asset, the kind
/// and the tokens of every pool. Every mistake is listed; nothing is sent.
/// </summary>
internal static class ChainResolver
{
    private static readonly byte[] DecimalsCall = Erc20.Decimals();

    /// <returns>The facts of every configured pool, in order, where no problem was added; what could be read otherwise.</returns>
    public static async Task<List<PoolFacts>> ResolveAsync(
        EthereumNode node, ConfigFile config, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        ulong id = await node.ChainIdAsync(cancellation).ConfigureAwait(false);
        if (config.Chain.Id == 0)
            return []; // the reader has said that it is missing
        if (id != config.Chain.Id)
        {
            // Another chain has other contracts: judging addresses there would only mislead.
            problems.Add(new ConfigProblem("chain.id", $"{config.Chain.Id}, and the node at {node.Endpoint} is on chain {id}", $"{id}, or a node of chain {config.Chain.Id}"));
            return [];
        }
        BlockRef block = await node.BlockNumberAsync(cancellation).ConfigureAwait(false);
        foreach ((string name, Address address) in config.Contracts)
            await RequireCodeAsync(node, block, $"contracts.{name}", address, problems, cancellation).ConfigureAwait(false);
        for (int i = 0; i < config.Assets.Count; i++)
            await CheckAssetAsync(node, block, config.Assets[i], $"assets[{i}]", problems, cancellation).ConfigureAwait(false);
        List<PoolFacts> pools = [];
        for (int i = 0; i < config.Pools.Count; i++)
            if (await DescribeAsync(node, block, config, i, problems, cancellation).ConfigureAwait(false) is { } facts)
                pools.Add(facts);
        return pools;
    }

    private static async Task<bool> RequireCodeAsync(
        EthereumNode node, BlockRef block, string path, Address address, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        if (address.IsZero)
            return false; // the reader has said what is wrong with it
        byte[] code = await node.CodeAsync(address, block, cancellation).ConfigureAwait(false);
        if (code.Length > 0)
            return true;
        problems.Add(new ConfigProblem(path, $"{address}, an address without code", "the address of a contract on this chain"));
        return false;
    }

    private static async Task CheckAssetAsync(
        EthereumNode node, BlockRef block, AssetSection asset, string path, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        if (!await RequireCodeAsync(node, block, $"{path}.address", asset.Address, problems, cancellation).ConfigureAwait(false))
            return;
        EthCallOutcome[] answers = await node.CallManyAsync([new EthCall(asset.Address, DecimalsCall)], block, cancellation).ConfigureAwait(false);
        // A token need not tell its decimals; one that does must agree, or every amount would be wrong by a power of ten.
        if (answers[0].Success && answers[0].Data.Length == AbiWord.Length
            && AbiWord.TryToUInt64(answers[0].Data, out ulong decimals) && decimals != (ulong)asset.Decimals)
            problems.Add(new ConfigProblem($"{path}.decimals", $"{asset.Decimals}", $"{decimals}, as the token at {asset.Address} says"));
    }

    private static async Task<PoolFacts?> DescribeAsync(
        EthereumNode node, BlockRef block, ConfigFile config, int index, List<ConfigProblem> problems, CancellationToken cancellation)
    {
        PoolSection pool = config.Pools[index];
        string path = $"pools[{index}]";
        if (!PoolKinds.TryFind(pool.Kind, out PoolKind? kind)
            || !await RequireCodeAsync(node, block, $"{path}.address", pool.Address, problems, cancellation).ConfigureAwait(false))
            return null;

        IPoolDescription description = kind.BeginDescription(new PoolSite(pool.Address, pool.Parameters));
        for (List<PoolCall> calls = []; description.NextCalls(calls); calls = [])
        {
            EthCallOutcome[] answers = await node.CallManyAsync(
                [.. calls.Select(call => new EthCall(call.To, call.Data))], block, cancellation).ConfigureAwait(false);
            description.Accept([.. answers.Select(a => a.Success ? a.Data : [])]);
        }
        if (description.Facts is not { } facts)
        {
            problems.Add(new ConfigProblem(
                $"{path}.address", $"{pool.Address}, which is no {pool.Kind} pool ({description.Failure})", $"the address of a {pool.Kind} pool"));
            return null;
        }
        foreach (Address token in facts.Tokens)
            RequireAsset(config, token, path, pool, problems);
        return pool.FeePips is { } fee ? facts with { FeePips = fee } : facts;
    }

    private static void RequireAsset(ConfigFile config, Address token, string path, PoolSection pool, List<ConfigProblem> problems)
    {
        if (!config.Assets.Any(a => a.Address == token))
            problems.Add(new ConfigProblem($"{path}.address", $"{pool.Address}, a pool of the token {token}, which is no configured asset", "a pool of configured assets alone"));
    }
}
