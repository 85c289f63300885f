using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Market;

/// <summary>The contracts, tokens and pools of a plan, on the chain.</summary>
internal sealed record DeployedMarket(UniswapContracts Contracts, IReadOnlyList<DeployedToken> Tokens, IReadOnlyList<DeployedPool> Pools)
{
    public DeployedToken Token(string symbol) => Tokens.First(token => token.Plan.Symbol == symbol);
}

/// <summary>Puts a plan on an empty chain: contracts, tokens, pools, liquidity. All from the sender's account.</summary>
internal sealed class MarketDeployer(EthereumNode node, SetupSender sender, DevnetParts parts, MarketPlan plan)
{
    // Whole tokens per kind, for all pools and for a noise trader who never runs dry.
    private const double TokenSupply = 1e13;
    private const double WrappedEther = 1e9;

    private static readonly byte[] WrapEther = CallData.Of("deposit()", 0, (ref AbiWriter _) => { });

    public async Task<DeployedMarket> DeployAsync(CancellationToken cancellationToken)
    {
        UniswapContracts contracts = await UniswapContracts.CreateAsync(sender, parts, cancellationToken).ConfigureAwait(false);
        DeployedToken[] tokens = await CreateTokens(contracts.Weth, cancellationToken).ConfigureAwait(false);
        await ApproveLiquidity(contracts, tokens, cancellationToken).ConfigureAwait(false);
        // One fee that the factory does not know from the start: 1 basis point, spacing 1.
        await sender.CallAsync(
            "allowing the fee of 0.01 %", contracts.V3Factory, UniswapCalls.EnableFeeAmount(100, 1), 100_000, cancellationToken)
            .ConfigureAwait(false);
        foreach (PoolPlan pool in plan.Pools)
            await CreatePool(contracts, tokens, pool, cancellationToken).ConfigureAwait(false);
        await sender.MineAsync(cancellationToken).ConfigureAwait(false);

        List<DeployedPool> pools = [];
        foreach (PoolPlan pool in plan.Pools)
            pools.Add(await FindPool(contracts, tokens, pool, cancellationToken).ConfigureAwait(false));
        return new DeployedMarket(contracts, tokens, pools);
    }

    private async Task<DeployedToken[]> CreateTokens(Address weth, CancellationToken cancellationToken)
    {
        byte[] code = await ContractArtifact.ReadCode(parts.TokenArtifact, cancellationToken).ConfigureAwait(false);
        await sender.SendAsync(
            "wrapping ether", weth, WrapEther, PoolMath.BaseUnits(WrappedEther * 1e18), 100_000, cancellationToken)
            .ConfigureAwait(false);
        List<DeployedToken> tokens = [];
        foreach (TokenPlan token in plan.Tokens)
        {
            Address address = token.Symbol == MarketPlan.Native
                ? weth
                : await sender.CreateAsync(token.Symbol, TokenCreation(code, token), cancellationToken).ConfigureAwait(false);
            tokens.Add(new DeployedToken(token, address));
        }
        return [.. tokens];
    }

    private static byte[] TokenCreation(byte[] code, TokenPlan token) =>
        CallData.Creation(code, 4, (ref AbiWriter writer) =>
        {
            writer.WriteString(token.Name);
            writer.WriteString(token.Symbol);
            writer.WriteUInt64((ulong)token.Decimals);
            writer.WriteUInt256(PoolMath.BaseUnits(TokenSupply * Math.Pow(10, token.Decimals)));
        });

    private async Task ApproveLiquidity(UniswapContracts contracts, DeployedToken[] tokens, CancellationToken cancellationToken)
    {
        foreach (DeployedToken token in tokens)
            foreach (Address spender in new[] { contracts.V2Router02, contracts.V3PositionManager })
                await sender.CallAsync(
                    "approving " + token.Plan.Symbol, token.Address, Erc20.Approve(spender, UInt256.MaxValue), 80_000,
                    cancellationToken).ConfigureAwait(false);
    }

    private Task CreatePool(UniswapContracts contracts, DeployedToken[] tokens, PoolPlan pool, CancellationToken cancellationToken)
    {
        (DeployedToken token0, DeployedToken token1) = InOrder(tokens, pool);
        return pool.IsConcentrated
            ? CreateConcentrated(contracts, pool, token0, token1, cancellationToken)
            : CreateConstantProduct(contracts, pool, token0, token1, cancellationToken);
    }

    private Task CreateConstantProduct(
        UniswapContracts contracts, PoolPlan pool, DeployedToken token0, DeployedToken token1, CancellationToken cancellationToken)
    {
        byte[] call = UniswapCalls.AddLiquidityV2(
            token0.Address, token1.Address, Half(token0, pool.ValueUsdc), Half(token1, pool.ValueUsdc), sender.Account);
        return sender.CallAsync(NameOf(pool), contracts.V2Router02, call, 3_500_000, cancellationToken);
    }

    private async Task CreateConcentrated(
        UniswapContracts contracts, PoolPlan pool, DeployedToken token0, DeployedToken token1, CancellationToken cancellationToken)
    {
        double price = PoolMath.RawPrice(token0.Plan.StartPrice, token0.Plan.Decimals, token1.Plan.StartPrice, token1.Plan.Decimals);
        byte[] create = UniswapCalls.CreatePoolV3(token0.Address, token1.Address, pool.FeePips, PoolMath.SqrtPriceX96(price));
        await sender.CallAsync(NameOf(pool), contracts.V3PositionManager, create, 6_000_000, cancellationToken).ConfigureAwait(false);
        foreach (double range in pool.Ranges)
        {
            int lower = PoolMath.UsableTick(price / (1 + range), pool.TickSpacing);
            int upper = PoolMath.UsableTick(price * (1 + range), pool.TickSpacing) + pool.TickSpacing;
            double value = pool.ValueUsdc / pool.Ranges.Length;
            byte[] mint = UniswapCalls.MintV3(
                token0.Address, token1.Address, pool.FeePips, lower, upper, Half(token0, value), Half(token1, value), sender.Account);
            await sender.CallAsync($"{NameOf(pool)}, range ±{range:P1}", contracts.V3PositionManager, mint, 700_000, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<DeployedPool> FindPool(
        UniswapContracts contracts, DeployedToken[] tokens, PoolPlan pool, CancellationToken cancellationToken)
    {
        (DeployedToken token0, DeployedToken token1) = InOrder(tokens, pool);
        (Address factory, byte[] question) = pool.IsConcentrated
            ? (contracts.V3Factory, UniswapCalls.GetPool(token0.Address, token1.Address, pool.FeePips))
            : (contracts.V2Factory, UniswapCalls.GetPair(token0.Address, token1.Address));
        byte[] answer = await node.CallAsync(factory, question, BlockRef.Latest, cancellation: cancellationToken).ConfigureAwait(false);
        return new AbiReader(answer).TryReadAddress(out Address address) && !address.IsZero
            ? new DeployedPool(pool, address, token0, token1)
            : throw new InvalidOperationException($"{NameOf(pool)}: its factory does not know the pool");
    }

    private static (DeployedToken Token0, DeployedToken Token1) InOrder(DeployedToken[] tokens, PoolPlan pool)
    {
        DeployedToken a = tokens.First(token => token.Plan.Symbol == pool.TokenA);
        DeployedToken b = tokens.First(token => token.Plan.Symbol == pool.TokenB);
        return a.Address.Span.SequenceCompareTo(b.Address.Span) < 0 ? (a, b) : (b, a);
    }

    private static UInt256 Half(DeployedToken token, double valueUsdc) => PoolMath.BaseUnits(token.Plan.BaseUnitsOf(valueUsdc / 2));

    private static string NameOf(PoolPlan pool) => $"{pool.Kind} {pool.TokenA}/{pool.TokenB} {pool.FeePips}";
}
