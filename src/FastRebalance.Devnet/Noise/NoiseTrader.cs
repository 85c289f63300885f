using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Devnet.Noise;

/// <summary>
/// A trader with an account of its own and no end of money, who moves all pools along a seeded walk: after each block it sends at
/// most three transactions for the next one, and the price of gas walks along, as do the lending market's prices where there is one. It ends on dispose. Counters: any thread.
/// </summary>
public sealed class NoiseTrader : IAsyncDisposable
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(2);

    // Whole tokens; no more than a small part of it ever moves, since the walk returns.
    private const double Funds = 1e8;

    private readonly EthereumNode _node;
    private readonly DeployedMarket _market;
    private readonly Address _account;
    private readonly NoisePlanner _planner;
    private readonly PriceWalk _walk;
    private readonly PriceKeeper? _keeper;
    private readonly double _stepSeconds;
    private readonly Action<string>? _progress;
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private long _blocks;
    private long _transactions;
    private long _failures;

    private NoiseTrader(EthereumNode node, DeployedMarket market, MarketPlan plan, Address account, DevnetOptions options, PriceKeeper? keeper)
    {
        _keeper = keeper;
        _node = node;
        _market = market;
        _account = account;
        _planner = new NoisePlanner(market, account, options.Seed);
        _walk = new PriceWalk(plan, options.Seed);
        _stepSeconds = Math.Min(options.BlockTime.TotalSeconds, LongestStep.TotalSeconds);
        _progress = options.Progress;
    }

    /// <summary>Blocks seen.</summary>
    public long Blocks => Interlocked.Read(ref _blocks);

    /// <summary>Transactions that the node took.</summary>
    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Blocks after which something went wrong; the trader goes on with the next one.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Gives the trader its tokens from the deployer's account, and lets the three routers spend them.</summary>
    internal static async Task FundAsync(
        SetupSender deployer, SetupSender trader, DeployedMarket market, CancellationToken cancellationToken)
    {
        UniswapContracts contracts = market.Contracts;
        foreach (DeployedToken token in market.Tokens)
        {
            string symbol = token.Plan.Symbol;
            UInt256 amount = PoolMath.BaseUnits(Funds * Math.Pow(10, token.Plan.Decimals));
            await deployer.CallAsync(
                $"funding the noise trader with {symbol}", token.Address, Erc20.Transfer(trader.Account, amount), 100_000,
                cancellationToken).ConfigureAwait(false);
            foreach (Address spender in new[] { contracts.V2Router02, contracts.V3SwapRouter, contracts.SwapRouter02 })
                await trader.CallAsync(
                    $"approving the noise trader's {symbol}", token.Address, Erc20.Approve(spender, UInt256.MaxValue), 80_000,
                    cancellationToken)
                    .ConfigureAwait(false);
        }
        await trader.MineAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<NoiseTrader> StartAsync(
        EthereumNode node, DeployedMarket market, MarketPlan plan, Address account, DevnetOptions options, PriceKeeper? keeper,
        CancellationToken cancellationToken)
    {
        NoiseTrader trader = new(node, market, plan, account, options, keeper);
        RpcSubscription<BlockHeader> heads = await node.SubscribeHeadsAsync(cancellationToken).ConfigureAwait(false);
        trader._work = Task.Run(() => trader.Work(heads), CancellationToken.None);
        return trader;
    }

    private async Task Work(RpcSubscription<BlockHeader> heads)
    {
        try
        {
            await foreach (SubscriptionItem<BlockHeader> item in heads.Items.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                if (item is { Signal: SubscriptionSignal.Item, Value: { } head })
                    await Step(head.Number).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            await heads.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task Step(ulong block)
    {
        Interlocked.Increment(ref _blocks);
        _walk.Advance(_stepSeconds);
        try
        {
            // Left alone, the fee of a chain with room in its blocks sinks to nothing.
            await NodeCheats.SetNextBaseFee(_node, _walk.BaseFeePerGasWei, _stop.Token).ConfigureAwait(false);
            if (_keeper is not null)
                await _keeper.TellAsync(_walk, _stop.Token).ConfigureAwait(false);
            await Trade(block).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcErrorException or RpcTransportException or InvalidOperationException)
        {
            Interlocked.Increment(ref _failures);
            _progress?.Invoke($"noise after block {block}: {e.Message}");
        }
    }

    private async Task Trade(ulong block)
    {
        ulong nonce = await _node.NonceAsync(_account, BlockRef.Latest, _stop.Token).ConfigureAwait(false);
        // What still waits was planned for older prices: let it land first.
        if (await _node.NonceAsync(_account, BlockRef.Pending, _stop.Token).ConfigureAwait(false) != nonce)
            return;
        PoolState[] states = await PoolState.ReadAsync(_node, _market.Pools, BlockRef.Latest, _stop.Token).ConfigureAwait(false);
        foreach (NoiseTransaction transaction in _planner.Plan(block, _walk, states))
        {
            await Send(transaction, nonce++).ConfigureAwait(false);
            Interlocked.Increment(ref _transactions);
        }
    }

    private Task Send(NoiseTransaction transaction, ulong nonce) =>
        _node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, _account.ToString());
            writer.WriteString("to"u8, transaction.To.ToString());
            writer.WriteString("input"u8, Hex.Encode(transaction.Data));
            writer.WriteString("gas"u8, Hex.Quantity(transaction.GasLimit));
            writer.WriteString("nonce"u8, Hex.Quantity(nonce));
            writer.WriteString("maxFeePerGas"u8, Hex.Quantity(transaction.MaxFeePerGasWei));
            writer.WriteString("maxPriorityFeePerGas"u8, Hex.Quantity(transaction.TipPerGasWei));
            writer.WriteEndObject();
        }, _stop.Token);
}
