using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Rpc.Framing;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.Transactions;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Native;

namespace FastRebalance.Bench.Submitting;

/// <summary>
/// An account with a ladder: an order of three legs through an executor, at six fee levels and three sizes; or a delever of three, at a row of prices.
/// </summary>
internal sealed class SampleDesk : IDisposable
{
    public const ulong ChainId = 31_337;
    public const ulong FirstNonce = 1_000;
    public const int Fees = 6;
    public const int Sizes = 3;
    public const long Deadline = 2_000_000_000;

    /// <summary>Prices at which a delever is foreseen.</summary>
    public const int Row = 9;

    private const ulong StepBps = 375; // from one price of the row to the next

    private const long HeadSeconds = 1_999_999_000;

    private static readonly Address[] s_tokens = [Token(0xa1), Token(0xb2), Token(0xc3), Token(0xd4)];

    private static readonly PoolFacts[] s_pools =
    [
        new(UniswapV3Pool.KindName, Token(0x31), s_tokens[0], s_tokens[1], 500, 10),
        new(UniswapV3Pool.KindName, Token(0x32), s_tokens[1], s_tokens[2], 3000, 60),
        new(UniswapV2Pool.KindName, Token(0x21), s_tokens[2], s_tokens[3], 3000),
    ];

    private static readonly UInt256 s_unit = UInt256.PowerOfTen(18);

    // A delever trades one pair.
    private static readonly PoolFacts[] s_pairPools =
    [
        new(UniswapV3Pool.KindName, Token(0x31), s_tokens[0], s_tokens[1], 500, 10),
        new(UniswapV3Pool.KindName, Token(0x32), s_tokens[0], s_tokens[1], 3000, 60),
        new(UniswapV2Pool.KindName, Token(0x21), s_tokens[0], s_tokens[1], 3000),
    ];

    private readonly bool _delevers;
    private ulong _block = 1_000_000;

    /// <param name="arms">Makes rungs durable.</param>
    /// <param name="fires">Is told of shots.</param>
    /// <param name="socket">Where they go; made once the sink of answers is there.</param>
    /// <param name="mostInFlight">Shots that need not be consumed yet.</param>
    /// <param name="delevers">Its order is a delever.</param>
    public SampleDesk(IArmLog arms, IFireLog fires, Func<IFireAnswerSink, IReadySocket> socket, int mostInFlight, bool delevers = false)
    {
        _delevers = delevers;
        PrivateKey key = PrivateKey.Generate();
        Signer = new TransactionSigner(in key, ChainId);
        key.Clear();
        Socket = socket(new FireAnswers());
        Account.TryOpen();
        Path = new FirePath(Tables, Account, fires, [Socket], new PickOptions { MostInFlight = mostInFlight });
        Metrics = new LadderMetrics(Path.Timings);
        LendingSetup? lending = !delevers ? null : new LendingSetup
        {
            Pool = Token(0xaa), HealthFloorWad = s_unit * 105UL / 100UL, Reserves = [.. s_tokens.Select((_, i) => new ReserveTokens(Token((byte)(0xba + i)), Token((byte)(0xda + i))))],
        };
        ExecutorEncoder encoder = new(Token(0xee), s_tokens, delevers ? s_pairPools : s_pools, minFillBps: 5_000, usesPermit2: false, lending: lending);
        Armory = new Armory(Signer, encoder, arms, [new IpcFraming()], Tables, Metrics, new ArmoryOptions(), FirstNonce);
        Foreseen = delevers ? [Leg(0, 1, 8, 0), Leg(0, 1, 4, 1), Leg(0, 1, 2, 2)] : [Leg(0, 1, 3, 0), Leg(1, 2, 5, 1), Leg(2, 3, 7, 2)];
        NextHead();
    }

    public static PortfolioId Portfolio { get; } = PortfolioId.FromIndex(0);

    public TransactionSigner Signer { get; }

    public IReadySocket Socket { get; }

    public HotTables Tables { get; } = new();

    public AccountGate Account { get; } = new();

    public FirePath Path { get; }

    public LadderMetrics Metrics { get; }

    public Armory Armory { get; }

    /// <summary>The order at its likeliest size.</summary>
    public OrderLeg[] Foreseen { get; }

    public static FeeLevels Middle { get; } = default(FeeLevels).With(PolicyTier.Economic, Fees / 2, Fees - 1).With(PolicyTier.Safety, Fees - 1, Fees - 1);

    public void NextHead() => Armory.OnHead(++_block, HeadSeconds);

    /// <summary>The ladder of some nonces, good for ten blocks from now.</summary>
    public LadderPlan Plan(ulong first, int slots)
    {
        FeeQuote[] fees = new FeeQuote[Fees];
        for (int i = 0; i < Fees; i++)
            fees[i] = i == 0 ? new FeeQuote(30_000_000_000, 1_000_000_000)
                : new FeeQuote((ulong)FeePolicy.Bump(fees[i - 1].MaxFeePerGasWei), (ulong)FeePolicy.Bump(fees[i - 1].TipWei));
        ForeseenOrder[] orders = [.. Enumerable.Range(0, _delevers ? Row : 1).Select(OrderAt)];
        SlotPlan[] plans = [.. Enumerable.Range(0, slots).Select(i => new SlotPlan(first + (ulong)i, new DecisionId(0, first + (ulong)i)))];
        return LadderPlan.Create(plans, fees, orders, new LadderOptions { SizesBps = [9_500, 10_000, 10_500] });
    }

    public PolicyTier Tier => _delevers ? PolicyTier.Safety : PolicyTier.Economic;

    // The farther the price, the more there is to sell and the less it brings.
    private ForeseenOrder OrderAt(int step)
    {
        OrderLeg[] legs = [.. Foreseen];
        foreach (ref OrderLeg leg in legs.AsSpan())
        {
            UInt256 held = leg.KeepBalance + leg.AmountIn;
            ulong more = 10_000 + ((ulong)step * 1_500), less = 10_000 - ((ulong)step * StepBps);
            leg.AmountIn = leg.AmountIn * more / 10_000UL;
            leg.ExpectedOut = leg.ExpectedOut * more / 10_000UL * less / 10_000UL;
            leg.MinimumOut = leg.MinimumOut * more / 10_000UL * less / 10_000UL;
            leg.KeepBalance = held - leg.AmountIn;
        }
        return new ForeseenOrder
        {
            Portfolio = Portfolio,
            Tier = Tier,
            Legs = legs,
            Rank = step,
            Head = _block,
            MaxBlock = _block + 10,
            DeadlineUnixSeconds = Deadline,
            GasLimit = 900_000,
        };
    }

    /// <summary>Arms the nonces from one on; throws where that is not done whole.</summary>
    public ArmOutcome Arm(ulong first, int slots)
    {
        ArmOutcome outcome = Armory.ArmAsync(Plan(first, slots), Middle).GetAwaiter().GetResult();
        return outcome.IsArmed ? outcome : throw new InvalidOperationException($"nonce {first} could not be armed: {outcome.Detail}");
    }

    /// <summary>The foreseen order at another size, in bps of it.</summary>
    public OrderLeg[] Decided(uint sizeBps)
    {
        OrderLeg[] legs = [.. Foreseen];
        foreach (ref OrderLeg leg in legs.AsSpan())
        {
            UInt256 held = leg.KeepBalance + leg.AmountIn;
            leg.AmountIn = leg.AmountIn * (UInt256)(ulong)sizeBps / 10_000UL;
            leg.MinimumOut = leg.MinimumOut * (UInt256)(ulong)sizeBps / 10_000UL;
            leg.ExpectedOut = leg.ExpectedOut * (UInt256)(ulong)sizeBps / 10_000UL;
            leg.KeepBalance = held - leg.AmountIn;
        }
        return legs;
    }

    public void Dispose()
    {
        Socket.Dispose();
        Signer.Dispose();
    }

    private static OrderLeg Leg(int sell, int buy, ulong units, int pool)
    {
        OrderLeg leg = new()
        {
            AmountIn = s_unit * (UInt256)units,
            ExpectedOut = s_unit * (UInt256)units * 995UL / 1_000UL,
            MinimumOut = s_unit * (UInt256)units * 990UL / 1_000UL,
            KeepBalance = s_unit * 100UL,
            Sell = AssetId.FromIndex(sell),
            Buy = AssetId.FromIndex(buy),
        };
        leg.SetHop(0, PoolId.FromIndex(pool), leg.Sell);
        return leg;
    }

    private static Address Token(byte last) => Address.Parse("0x00000000000000000000000000000000000000" + last.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
}
