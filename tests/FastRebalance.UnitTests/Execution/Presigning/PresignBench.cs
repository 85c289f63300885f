using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>An armory, its table and the fire path over two recording sockets, on a small world.</summary>
internal sealed class PresignBench
{
    public const ulong FirstNonce = 7;
    public const ulong Head = 100;
    public const long HeadSeconds = 1_000_000;
    public const long Deadline = HeadSeconds + 120;
    public const ulong Amount = 1_000_000;
    public const ulong Minimum = 980_000;
    public const ulong Expected = 990_000;
    public const ulong Keep = 5_000_000;

    public static readonly PortfolioId Portfolio = PortfolioId.FromIndex(0);
    public static readonly Address Executor = World.Token(0xee);

    public static readonly FeeQuote[] Fees = [new(30_000_000_000, 1_000_000_000), new(34_000_000_000, 1_130_000_000), new(39_000_000_000, 1_280_000_000)];

    public PresignBench(IAccountSigner? signer = null, PickOptions? pick = null, ArmoryOptions? arming = null, bool sizesOnChain = true)
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        Local = new TransactionSigner(new PrivateKey(key), 5);
        Encoder = new ExecutorEncoder(Executor, World.Assets, World.Pools, minFillBps: 5_000, usesPermit2: false);
        Sockets = [new RecordingSocket(), new RecordingSocket()];
        Account.TryOpen();
        Path = new FirePath(Tables, Account, Log, Sockets, pick ?? new PickOptions());
        Metrics = new LadderMetrics(Path.Timings);
        Armory = new Armory(
            signer ?? Local, Encoder, Log, [new IpcFraming(), new HttpFraming(new Uri("http://127.0.0.1:8545/"))], Tables, Metrics,
            arming ?? new ArmoryOptions(), FirstNonce);
        Armory.OnHead(Head, HeadSeconds);
        Options = new LadderOptions { SizesOnChain = sizesOnChain };
    }

    public TransactionSigner Local { get; }

    internal IOrderEncoder Encoder { get; }

    public InMemoryLog Log { get; } = new();

    public HotTables Tables { get; } = new();

    public AccountGate Account { get; } = new();

    public RecordingSocket[] Sockets { get; }

    public FirePath Path { get; }

    public LadderMetrics Metrics { get; }

    public Armory Armory { get; }

    public LadderOptions Options { get; set; }

    public static FeeLevels MiddleFee => default(FeeLevels).With(PolicyTier.Economic, 1, 1).With(PolicyTier.Safety, 2, 2);

    public static OrderLeg Leg(ulong amount = Amount, ulong minimum = Minimum, ulong expected = Expected, ulong keep = Keep) =>
        World.Leg(World.A, World.B, amount, minimum, World.V3AB) with { ExpectedOut = expected, KeepBalance = keep };

    public static ForeseenOrder Foreseen(params OrderLeg[] legs) => new()
    {
        Portfolio = Portfolio,
        Tier = PolicyTier.Economic,
        Legs = legs.Length > 0 ? legs : [Leg()],
        Head = Head,
        MaxBlock = Head + 10,
        DeadlineUnixSeconds = Deadline,
        GasLimit = 400_000,
    };

    public static SlotPlan[] Slots(int count, ulong first = FirstNonce) =>
        [.. Enumerable.Range(0, count).Select(i => new SlotPlan(first + (ulong)i, new DecisionId(0, 1000 + first + (ulong)i)))];

    public LadderPlan Plan(int slots = 2, ulong first = FirstNonce, params ForeseenOrder[] routes) =>
        LadderPlan.Create(Slots(slots, first), Fees, routes.Length > 0 ? routes : [Foreseen()], Options);

    public ArmOutcome Arm(int slots = 2, ulong first = FirstNonce, params ForeseenOrder[] routes)
    {
        ValueTask<ArmOutcome> arming = Armory.ArmAsync(Plan(slots, first, routes), MiddleFee, TestContext.Current.CancellationToken);
        Assert.True(arming.IsCompleted, "a key in this process keeps nobody waiting");
        return arming.Result;
    }

    public bool Fire(out FireOutcome outcome, params OrderLeg[] legs) => Fire(out outcome, PolicyTier.Economic, Deadline, legs);

    public bool Fire(out FireOutcome outcome, PolicyTier tier, long deadline, params OrderLeg[] legs)
    {
        DecidedOrder order = new()
        {
            OrderId = 42,
            Portfolio = Portfolio,
            Tier = tier,
            Legs = legs.Length > 0 ? legs : [Leg()],
            DeadlineUnixSeconds = deadline,
        };
        return Path.TryFire(in order, MonotonicClock.NowNs, out outcome);
    }

    public RungPick Pick(PolicyTier tier = PolicyTier.Economic, PickOptions? options = null, params OrderLeg[] legs)
    {
        DecidedOrder order = new()
        {
            OrderId = 42,
            Portfolio = Portfolio,
            Tier = tier,
            Legs = legs.Length > 0 ? legs : [Leg()],
            DeadlineUnixSeconds = Deadline,
        };
        return RungPicker.Pick(Armory.Slots[0], in order, Tables.HeadBlock, Tables.HeadSeconds, options ?? new PickOptions());
    }
}
