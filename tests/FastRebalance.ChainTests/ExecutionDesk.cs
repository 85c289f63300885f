using System.Diagnostics;
using System.Text.Json;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Devnet;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Execution.Channels;
using FastRebalance.Execution.Fees;
using FastRebalance.Messaging;
using FastRebalance.Native.Machine;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>A real local chain with the desk's key, its pools as the engine sees them, and an executor of its own.</summary>
internal sealed class ExecutionDesk : IAsyncDisposable, ISubmissionLog
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(180);

    private readonly DevnetFolder _folder;
    private readonly RingBuffer<OrderEvent> _orders = RingBuffer<OrderEvent>.CreateSingleProducer(64, WaitStrategy.ByName("blocking"));
    private readonly RingBuffer<MarketEvent> _reports = RingBuffer<MarketEvent>.CreateMultiProducer(1024, WaitStrategy.ByName("blocking"));

    private ExecutionDesk(DevnetFolder folder, LocalChain chain, TransactionSigner signer, Pool[] pools)
    {
        _folder = folder;
        Chain = chain;
        Signer = signer;
        Pools = pools;
        Setup = new ExecutionSetup
        {
            ChainId = LocalChain.ChainId,
            Account = signer.Address,
            Router = chain.Manifest.Contract("swapRouter02"),
            Assets = [.. chain.Manifest.Tokens.Select(token => token.Address)],
            Pools = [.. pools.Select(pool => pool.Facts)],
            MaxFeePerGasWei = 10_000_000_000_000,
            Fees = new FeeOptions(),
            FinalDepth = 3,
            ReleaseDepth = 0,
        };
    }

    public LocalChain Chain { get; }

    public EthereumNode Node => Chain.Node;

    public TransactionSigner Signer { get; }

    /// <summary>Signs in place of <see cref="Signer"/> where it is set.</summary>
    public IAccountSigner? Remote { get; set; }

    public Pool[] Pools { get; }

    public ExecutionSetup Setup { get; set; }

    public OrderExecutor Executor { get; private set; } = null!;

    public List<byte[]> Logged { get; } = [];

    /// <summary>Takes the attempts in place of <see cref="Logged"/> where it is set.</summary>
    public SubmitterLog? Log { get; set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ExecutionDesk> StartAsync()
    {
        DevnetFolder folder = new();
        LocalChain chain = await LocalChain.StartBareAsync(new DevnetOptions { OutputDirectory = folder.Path }, Cancellation);
        using JsonDocument config = JsonDocument.Parse(await File.ReadAllTextAsync(chain.ConfigPath, Cancellation));
        JsonElement account = config.RootElement.GetProperty("account");
        using SecretMemory password = KeystoreFile.ReadPassword(Path.Combine(folder.Path, account.GetProperty("passwordFile").GetString()!));
        SecretMemory key = KeystoreFile.Read(Path.Combine(folder.Path, account.GetProperty("keystore").GetString()!), password.Span);
        TransactionSigner signer = new(key, LocalChain.ChainId);
        return new ExecutionDesk(folder, chain, signer, await ReadPoolsAsync(chain));
    }

    /// <summary>The same desk, with its orders run by the executor contract instead of the router.</summary>
    public static async Task<ExecutionDesk> StartWithContractAsync()
    {
        ExecutionDesk desk = await StartAsync();
        desk.Setup = desk.Setup with { Executor = desk.Chain.Manifest.Contract("rebalanceExecutor") };
        return desk;
    }

    /// <summary>Starts an executor over the channels given, or the node's own pool.</summary>
    public async Task<ExecutionDesk> TradeAsync(EthereumNode? node = null, params ISubmitChannel[] channels)
    {
        node ??= Node;
        Executor = new OrderExecutor(Setup, node, Remote ?? Signer, channels.Length > 0 ? channels : [new PublicChannel(node)], Log ?? (ISubmissionLog)this, _reports, Log?.Recovered);
        Assert.Empty((await Executor.StartAsync(Cancellation)).Problems);
        return this;
    }

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        foreach (ArmedAttempt attempt in attempts)
            Logged.Add(attempt.Raw.ToArray());
        return LogVerdict.Written;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

    public LogVerdict Release(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane) => LogVerdict.Written;

    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion) => LogVerdict.Written;

    public LogVerdict Unincluded(ulong nonce) => LogVerdict.Written;

    public LogVerdict Final(ulong nonce, SlotOutcome outcome) => LogVerdict.Written;

    public LogVerdict Bind(DecisionId decision, ulong nonce) => LogVerdict.Written;

    public LogVerdict Void(DecisionId decision, DecisionEnd end) => LogVerdict.Written;

    public LogVerdict Unsent(ulong nonce) => LogVerdict.Written;

    public LogVerdict Burnt(in BurnState burnt) => LogVerdict.Written;

    public LogVerdict Tend() => LogVerdict.Written;

    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels) => LogVerdict.Written;

    public LogVerdict Kill(KillMode mode) => LogVerdict.Written;

    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        cancel = null!;
        return false;
    }

    public AssetId Asset(string symbol) => AssetId.FromIndex(Chain.Manifest.Tokens.ToList().FindIndex(token => token.Symbol == symbol));

    public PoolId PoolOf(string kind, string a, string b, uint feePips = 3000) => Array.Find(
        Pools, pool => pool.Kind == kind && pool.FeePips == feePips && pool.Holds(Asset(a)) && pool.Holds(Asset(b)))!.Id;

    /// <summary>A leg with the exact output of these pools' present states as its expectation and its minimum.</summary>
    public OrderLeg Leg(string sell, string buy, UInt256 amountIn, params PoolId[] path)
    {
        UInt256 amount = amountIn;
        AssetId asset = Asset(sell);
        foreach (PoolId id in path)
        {
            Assert.Equal(QuoteStatus.Exact, Pools[id.Index].QuoteExactIn(asset, in amount, out SwapQuote quote));
            amount = quote.AmountOut;
            asset = Pools[id.Index].Other(asset);
        }
        Assert.Equal(Asset(buy), asset);
        return new OrderLeg
        {
            AmountIn = amountIn,
            ExpectedOut = amount,
            MinimumOut = amount,
            Sell = Asset(sell),
            Buy = Asset(buy),
            Pool0 = path[0],
            Pool1 = path.Length > 1 ? path[1] : PoolId.None,
            Pool2 = path.Length > 2 ? path[2] : PoolId.None,
            Pool3 = path.Length > 3 ? path[3] : PoolId.None,
        };
    }

    /// <summary>Hands the executor an order, as the engine would.</summary>
    public void Order(ulong id, params OrderLeg[] legs)
    {
        long hi = _orders.Next(1 + legs.Length);
        long lo = hi - legs.Length;
        _orders[lo] = new OrderEvent
        {
            Kind = OrderEventKind.Decision,
            OrderId = id,
            LegCount = (byte)legs.Length,
            Decision = new DecisionOutcome
            {
                Verdict = DecisionVerdict.Order,
                DeadlineUnixSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600,
            },
        };
        for (int i = 0; i < legs.Length; i++)
            _orders[lo + 1 + i] = new OrderEvent { Kind = OrderEventKind.Leg, OrderId = id, LegIndex = (byte)i, Leg = legs[i] };
        _orders.Publish(lo, hi);
        Executor.Intake.OnBatch(_orders, lo, hi);
    }

    /// <summary>Statuses reported so far, once there are as many.</summary>
    public async Task<SubmitStatus[]> Statuses(int count)
    {
        await UntilAsync(() => Events(MarketEventKind.OrderReport).Count() >= count);
        return [.. Events(MarketEventKind.OrderReport).Select(e => e.Order.Status)];
    }

    public IEnumerable<MarketEvent> Events(MarketEventKind kind)
    {
        for (long i = 0; i <= _reports.Cursor.Value; i++)
            if (_reports[i].Kind == kind)
                yield return _reports[i];
    }

    public async Task UntilAsync(Func<bool> holds)
    {
        long started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Never, $"it never came; orders: {string.Join("; ", Executor.Outcomes().Select(Tell))}");
            await Task.Delay(10, Cancellation);
        }
    }

    public async Task<UInt256> HoldingAsync(string symbol)
    {
        byte[] data = Erc20.BalanceOf(Signer.Address);
        byte[] answer = await Node.CallAsync(Chain.Manifest.Token(symbol).Address, data, BlockRef.Latest, cancellation: Cancellation);
        Assert.True(new AbiReader(answer).TryReadUInt256(out UInt256 amount));
        return amount;
    }

    public Task AutomineAsync(bool on) => Node.InvokeAsync("evm_setAutomine", writer => writer.WriteBooleanValue(on), Cancellation);

    public Task MineAsync() => Node.InvokeAsync("evm_mine", null, Cancellation);

    public Task DropAsync(Hash32 hash) => Node.InvokeAsync("anvil_dropTransaction", writer => writer.WriteStringValue(hash.ToString()), Cancellation);

    public Task ReorgAsync(int depth) => ReorgAsync(depth, static _ => { });

    /// <param name="depth">Blocks that others of the same heights take the place of.</param>
    /// <param name="pairs">Writes what the new ones hold: pairs of a transaction, signed or of an unlocked account, and a block counted from the lowest.</param>
    public async Task ReorgAsync(int depth, Action<Utf8JsonWriter> pairs) => await Node.InvokeAsync("anvil_reorg", writer =>
    {
        writer.WriteNumberValue(depth);
        writer.WriteStartArray();
        pairs(writer);
        writer.WriteEndArray();
    }, Cancellation);

    /// <summary>A transaction of the desk that the executor knows nothing of.</summary>
    public async Task<Hash32> SendByHandAsync(ulong nonce, Address to, byte[] data)
    {
        Eip1559Transaction transaction = new()
        {
            Nonce = nonce,
            MaxFeePerGasWei = 500_000_000_000,
            MaxPriorityFeePerGasWei = 10_000_000_000,
            GasLimit = 100_000,
            To = to,
            Data = data,
        };
        byte[] raw = new byte[Signer.MaxLength(in transaction)];
        int length = Signer.Sign(in transaction, raw, out Hash32 hash);
        SendOutcome sent = await Node.SendRawTransactionAsync(raw.AsMemory(0, length), Cancellation);
        Assert.True(sent.IsAccepted, sent.Error?.ToString());
        return hash;
    }

    public async ValueTask DisposeAsync()
    {
        if (Executor is not null)
            await Executor.DisposeAsync();
        Signer.Dispose();
        await Chain.DisposeAsync();
        _folder.Dispose();
    }

    private static string Tell(OrderOutcome outcome) => $"{outcome.OrderId} {string.Join(",", outcome.History)} {outcome.Reason}";

    private static async Task<Pool[]> ReadPoolsAsync(LocalChain chain)
    {
        List<Pool> pools = [];
        List<DevnetToken> tokens = [.. chain.Manifest.Tokens];
        foreach (DevnetPool known in chain.Manifest.Pools)
        {
            Assert.True(PoolKinds.TryFind(known.Kind, out PoolKind? kind));
            PoolFacts facts = await kind.DescribeAsync(new PoolSite(known.Address), calls => AskAsync(chain, calls));
            Pool pool = kind.Create(
                facts,
                PoolId.FromIndex(pools.Count),
                AssetId.FromIndex(tokens.FindIndex(token => token.Address == facts.Token0)),
                AssetId.FromIndex(tokens.FindIndex(token => token.Address == facts.Token1)));
            await pool.FillAsync(calls => AskAsync(chain, calls));
            Assert.True(pool.IsReady);
            pools.Add(pool);
        }
        return [.. pools];
    }

    private static async Task<byte[][]> AskAsync(LocalChain chain, List<PoolCall> calls)
    {
        EthCallOutcome[] answers = await chain.Node.CallManyAsync([.. calls.Select(call => new EthCall(call.To, call.Data))], BlockRef.Latest, Cancellation);
        return [.. answers.Select(answer => answer.Success ? answer.Data : [])];
    }
}
