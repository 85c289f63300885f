using System.Diagnostics;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Messaging;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Execution;

/// <summary>An executor on a fake chain, with its two rings and its log.</summary>
internal sealed class OrderBench : IAsyncDisposable, ISubmissionLog
{
    public static readonly Address Router = World.Token(0x99);

    /// <summary>The account of the key 0x46…46.</summary>
    public static readonly Address Account = Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");

    private static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    private readonly RingBuffer<OrderEvent> _orders = RingBuffer<OrderEvent>.CreateSingleProducer(64, WaitStrategy.ByName("blocking"));
    private readonly RingBuffer<MarketEvent> _reports = RingBuffer<MarketEvent>.CreateMultiProducer(256, WaitStrategy.ByName("blocking"));
    private readonly TransactionSigner _signer;

    public OrderBench(Func<ExecutionSetup, ExecutionSetup>? change = null, IAccountSigner? remote = null)
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        _signer = new TransactionSigner(new PrivateKey(key), 5);
        Chain = new FakeChain(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        ExecutionSetup setup = new()
        {
            ChainId = 5,
            Account = _signer.Address,
            Router = Router,
            Assets = World.Assets,
            Pools = World.Pools,
            MaxFeePerGasWei = 100_000_000_000,
            MaxHeadAge = TimeSpan.FromHours(1),
            FinalDepth = 2,
            ReleaseDepth = 0,
            PendingPatience = TimeSpan.FromMilliseconds(50),
        };
        Executor = new OrderExecutor(change?.Invoke(setup) ?? setup, Chain, remote ?? _signer, [Chain], this, _reports, TimeProvider.System);
    }

    public FakeChain Chain { get; }

    public OrderExecutor Executor { get; }

    public Exception? LogFailure { get; set; }

    public List<Hash32> Logged { get; } = [];

    public long Deadline { get; set; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000;

    public static async Task<OrderBench> StartedAsync(Func<ExecutionSetup, ExecutionSetup>? change = null, IAccountSigner? remote = null)
    {
        OrderBench bench = new(change, remote);
        await bench.Executor.StartAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        if (LogFailure is not null)
            throw LogFailure;
        foreach (ArmedAttempt attempt in attempts)
            Logged.Add(attempt.Hash);
        return LogVerdict.Written;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

    public LogVerdict Release(ulong nonce, in Hash32 hash) => Logged.Contains(hash) ? LogVerdict.Written : LogVerdict.Faulted;

    public LogVerdict Acknowledged(ulong nonce, in Hash32 hash, byte lane) => LogVerdict.Written;

    public LogVerdict Echoed(ulong nonce, in Hash32 hash) => LogVerdict.Written;

    public LogVerdict Included(ulong nonce, in SlotInclusion inclusion) => LogVerdict.Written;

    public LogVerdict Unincluded(ulong nonce) => LogVerdict.Written;

    public LogVerdict Final(ulong nonce, SlotOutcome outcome) => LogVerdict.Written;

    public LogVerdict Bind(DecisionId decision, ulong nonce) => LogVerdict.Written;

    public LogVerdict Void(DecisionId decision, DecisionEnd end) => LogVerdict.Written;

    public LogVerdict Unsent(ulong nonce) => LogVerdict.Written;

    public BurnState LoggedBurn { get; private set; }

    public LogVerdict Burnt(in BurnState burnt)
    {
        LoggedBurn = burnt;
        return LogVerdict.Written;
    }

    public LogVerdict Tend() => LogVerdict.Written;

    public LogVerdict SetReserve(ReadOnlySpan<ArmedAttempt> cancels) => LogVerdict.Written;

    public LogVerdict Kill(KillMode mode) => LogVerdict.Written;

    public bool TryTakeCancel(ulong nonce, out ArmedAttempt cancel)
    {
        cancel = null!;
        return false;
    }

    /// <summary>Puts an order of one leg, 1000 A for at least 980 B, into the order ring.</summary>
    public void Order(ulong id)
    {
        long hi = _orders.Next(2);
        _orders[hi - 1] = new OrderEvent
        {
            Kind = OrderEventKind.Decision,
            OrderId = id,
            LegCount = 1,
            Decision = new DecisionOutcome { Verdict = DecisionVerdict.Order, DeadlineUnixSeconds = Deadline },
        };
        _orders[hi] = new OrderEvent { Kind = OrderEventKind.Leg, OrderId = id, Leg = World.Leg(World.A, World.B, 1000, 980, World.V3AB) };
        _orders.Publish(hi - 1, hi);
        Executor.Intake.OnBatch(_orders, hi - 1, hi);
    }

    public static LogEntry SwapLog(long received)
    {
        byte[] data = new byte[5 * 32];
        AbiWriter writer = new(data);
        writer.BeginArguments(5);
        writer.WriteInt128(1000);
        writer.WriteInt128(-received);
        for (int i = 0; i < 3; i++)
            writer.WriteUInt64(1);
        return new LogEntry
        {
            Address = World.Pools[0].Address,
            Topics = [AbiSignature.EventTopic("Swap(address,address,int256,int256,uint160,uint128,int24)")],
            Data = data,
            LogIndex = 0,
            BlockHash = default,
            BlockNumber = 0,
            TransactionHash = default,
            Removed = false,
        };
    }

    /// <summary>Waits until so many events were reported and gives them all in short words.</summary>
    public async Task<string[]> Reports(int count)
    {
        await Until(() => _reports.Cursor.Value >= count - 1);
        return [.. Events().Select(e => e.Kind switch
        {
            MarketEventKind.OrderReport => $"{e.Order.OrderId} {e.Order.Status}",
            MarketEventKind.LegFill => $"{e.Fill.OrderId} leg {e.Fill.LegIndex}: {e.Fill.Spent} for {e.Fill.Received}",
            MarketEventKind.Operator => $"{e.Command}",
            _ => $"{e.Kind}",
        })];
    }

    public IEnumerable<MarketEvent> Events()
    {
        for (long i = 0; i <= _reports.Cursor.Value; i++)
            yield return _reports[i];
    }

    public static async Task Until(Func<bool> holds)
    {
        long started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Never, "it never came");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Executor.DisposeAsync();
        _signer.Dispose();
    }
}
