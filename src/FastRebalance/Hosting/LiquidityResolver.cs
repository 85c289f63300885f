using FastRebalance.Amm;
using FastRebalance.Amm.Positions;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Engine.Positions;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Hosting;

/// <summary>
/// Finds the pool positions that a portfolio names on the chain: that they are there, and in the desk's two assets. Every mistake is listed; what is
/// odd but may be meant (somebody else holds it, it is closed) is advice.
/// </summary>
internal sealed class LiquidityResolver(EthereumNode node, ConfigFile config, IReadOnlyList<PoolFacts> pools, Address holder)
{
    private const string Path = "portfolios[0].position";

    private readonly List<ConfigProblem> _problems = [];
    private readonly List<Finding> _advice = [];

    /// <summary>What was found odd.</summary>
    public IReadOnlyList<Finding> Advice => _advice;

    /// <summary>The positions by their places; null where there are none, or a problem was added.</summary>
    public async Task<List<ResolvedLiquidity>?> ResolveAsync(List<ConfigProblem> problems, CancellationToken cancellation)
    {
        List<ResolvedLiquidity> found = [];
        foreach (FollowedLiquidity entry in PolicyFactory.PositionOf(config)?.Follows ?? [])
            if (await (entry.PositionId.Length > 0 ? ManagedAsync(entry, cancellation) : ShareAsync(entry, cancellation)).ConfigureAwait(false) is { } one)
                found.Add(one);
        problems.AddRange(_problems);
        return _problems.Count > 0 || found.Count == 0 ? null : found;
    }

    private async Task<ResolvedLiquidity?> ManagedAsync(FollowedLiquidity entry, CancellationToken cancellation)
    {
        string path = $"{Path}.{entry.Field}.positionId";
        Address? named = entry.PositionManager.Length > 0 ? Address.Parse(entry.PositionManager)
            : config.Contracts.TryGetValue(ContractNames.PositionManager, out Address common) ? common : null;
        if (named is not { } manager)
            return Refuse(path, $"{entry.PositionId}, and no position manager", $"contracts.{ContractNames.PositionManager}, or a positionManager beside it: the address of Uniswap V3's NonfungiblePositionManager");
        UInt256 id = UInt256.Parse(entry.PositionId);
        byte[][] answers = await AskAsync(ManagedPositionFacts.Questions(manager, id), cancellation).ConfigureAwait(false);
        ManagedPositionFacts? facts = ManagedPositionFacts.Read(answers, out bool isManager);
        if (!isManager)
            return Refuse(path, $"{entry.PositionId} at {manager}, which is no position manager", "the address of Uniswap V3's NonfungiblePositionManager on this chain");
        ResolvedLiquidity position = new(SymbolOf(entry.Asset), SymbolOf(entry.Cash), Address.Zero.ToString())
        {
            PositionManager = manager.ToString(), PositionId = id.ToString(),
        };
        if (facts is null)
        {
            Advise(entry, $"position {id} is not there: it counts as nothing", "its number, or no entry, if it was not closed on purpose");
            return position;
        }
        if (!AreItsSides(entry, facts.Token0, facts.Token1))
            return Refuse(path, $"{entry.PositionId}, a position of {NameOf(facts.Token0)} and {NameOf(facts.Token1)}", $"a position in {SymbolOf(entry.Asset)} and {SymbolOf(entry.Cash)}");
        byte[][] pool = await AskAsync([facts.PoolQuestion()], cancellation).ConfigureAwait(false);
        Address at = ManagedPositionFacts.ReadPool(pool[0]);
        if (at.IsZero)
            return Refuse(path, $"{entry.PositionId}, whose pool the factory {facts.Factory} does not know", "a position of Uniswap V3");
        if (facts.Owner != holder)
            Advise(entry, $"position {id} is held by {facts.Owner}, not by {holder}: it counts all the same", "the desk's own position");
        return position with
        {
            Asset0 = NameOf(facts.Token0), Asset1 = NameOf(facts.Token1), Pool = at.ToString(), TickLower = facts.TickLower, TickUpper = facts.TickUpper,
        };
    }

    private async Task<ResolvedLiquidity?> ShareAsync(FollowedLiquidity entry, CancellationToken cancellation)
    {
        string path = $"{Path}.{entry.Field}.pool";
        Address pair = Address.Parse(entry.Pool);
        if (pools.FirstOrDefault(pool => pool.Address == pair && pool.Kind == UniswapV2Pool.KindName) is not { } facts)
            return Refuse(path, $"{pair}, which is no {UniswapV2Pool.KindName} pool of this configuration", $"the address of a pool under pools whose kind is {UniswapV2Pool.KindName}");
        if (!AreItsSides(entry, facts.Token0, facts.Token1))
            return Refuse(path, $"{pair}, a pool of {NameOf(facts.Token0)} and {NameOf(facts.Token1)}", $"a pool of {SymbolOf(entry.Asset)} and {SymbolOf(entry.Cash)}");
        byte[][] answers = await AskAsync([PoolShare.FactoryQuestion(pair)], cancellation).ConfigureAwait(false);
        Address factory = PoolShare.ReadFactory(answers[0]);
        if (factory.IsZero)
            return Refuse(path, $"{pair}, which names no factory", "a pair of Uniswap V2, or of a fork that keeps its books");
        PoolShare share = new(pair, factory, holder);
        List<PoolCall> calls = [];
        share.AppendCalls(calls);
        if (!share.TryRead(await AskAsync(calls, cancellation).ConfigureAwait(false), out var position))
            return Refuse(path, $"{pair}, whose share cannot be read", "a pair of Uniswap V2, or of a fork that keeps its books");
        if (position.Liquidity == 0)
            Advise(entry, $"{holder} holds nothing of the pair {pair}: it counts as nothing", "no entry, if none is to come");
        return new ResolvedLiquidity(NameOf(facts.Token0), NameOf(facts.Token1), pair.ToString()) { Factory = factory.ToString(), Holder = holder.ToString() };
    }

    private bool AreItsSides(FollowedLiquidity entry, Address token0, Address token1)
    {
        Address asset = config.Assets[entry.Asset.Index].Address, cash = config.Assets[entry.Cash.Index].Address;
        return (token0 == asset && token1 == cash) || (token0 == cash && token1 == asset);
    }

    private string SymbolOf(AssetId asset) => config.Assets[asset.Index].Symbol;

    private string NameOf(Address token) => config.Assets.FirstOrDefault(asset => asset.Address == token)?.Symbol ?? token.ToString();

    private ResolvedLiquidity? Refuse(string path, string found, string wanted)
    {
        _problems.Add(new ConfigProblem(path, found, wanted));
        return null;
    }

    private void Advise(FollowedLiquidity entry, string found, string wanted) => _advice.Add(new Finding($"{Path}.{entry.Field}", Health.Advice, found, wanted));

    /// <summary>Empty where a call reverted.</summary>
    private async Task<byte[][]> AskAsync(List<PoolCall> calls, CancellationToken cancellation)
    {
        EthCallOutcome[] answers = await node.CallManyAsync([.. calls.Select(static call => new EthCall(call.To, call.Data))], BlockRef.Latest, cancellation)
            .ConfigureAwait(false);
        return [.. answers.Select(static answer => answer.Success ? answer.Data : [])];
    }
}
