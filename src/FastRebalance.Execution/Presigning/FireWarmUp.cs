using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// Fires made-up orders from a made-up ladder some hundred times, through the real log and the real sockets as far as nothing is said there: no
/// record, no byte. A process's first shot then meets no method for the first time.
/// </summary>
/// <remarks>Before the trigger thread runs, or at least before anything is armed: until then nobody else is on this way.</remarks>
internal static class FireWarmUp
{
    private const int Rounds = 3;
    private const int ShotsPerRound = 60;
    private const int FrameBytes = 1024;
    private const ulong Amount = 10_000;
    private const long Deadline = 2_000_000_000;

    // Calls are counted, and what is called often compiled for good, only once nothing new was compiled for a tenth of a second.
    private static readonly TimeSpan s_compilerPause = TimeSpan.FromMilliseconds(150);

    /// <summary>Runs on the calling thread.</summary>
    /// <param name="log">Whose way of a fire is gone; null for none.</param>
    /// <param name="sockets">Whose way of a write is gone; those that are not connected are left out.</param>
    /// <param name="options">Of the real path.</param>
    /// <returns>Made-up shots that went the whole way.</returns>
    public static int Run(SubmitterLog? log, IReadOnlyList<IReadySocket> sockets, PickOptions options)
    {
        HotTables tables = new();
        AccountGate open = new();
        open.TryOpen();
        FirePath path = new(tables, open, new SilentLog(log), [.. sockets.Select(static socket => new SilentSocket(socket))], options);
        LadderPlan plan = MakePlan();
        LadderPage page = new(FrameBytes);
        tables.SetHead(1, 1);
        int shots = 0;
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < ShotsPerRound; i++)
                shots += Shoot(path, tables, plan, page, sockets.Count, i) ? 1 : 0;
            Thread.Sleep(s_compilerPause);
        }
        return shots;
    }

    /// <summary>A rehearsal, a shot, alternately exact and of a bucket, and one that misses.</summary>
    private static bool Shoot(FirePath path, HotTables tables, LadderPlan plan, LadderPage page, int channels, int number)
    {
        tables.Lay(new HotTable([MakeLadder(plan, page, channels)], 0));
        path.Rehearse();
        OrderLeg[] legs = [Leg(Amount + (ulong)(number % 2))];
        DecidedOrder order = new()
        {
            OrderId = 1,
            Portfolio = PortfolioId.FromIndex(0),
            Tier = PolicyTier.Economic,
            Legs = legs,
            DeadlineUnixSeconds = Deadline,
        };
        bool isFired = path.TryFire(in order, MonotonicClock.NowNs, out _);
        path.TryFire(in order, MonotonicClock.NowNs, out _);
        path.TryTakeFired(out _);
        return isFired;
    }

    private static LadderPlan MakePlan()
    {
        ForeseenOrder order = new()
        {
            Portfolio = PortfolioId.FromIndex(0),
            Tier = PolicyTier.Economic,
            Legs = [Leg(Amount)],
            Head = 1,
            MaxBlock = ulong.MaxValue,
            DeadlineUnixSeconds = Deadline,
            GasLimit = 21_000,
        };
        return LadderPlan.Create([new SlotPlan(1, new DecisionId(0, 1))], [new FeeQuote(1, 1)], [order], new LadderOptions { SizesBps = [10_000] });
    }

    private static SlotLadder MakeLadder(LadderPlan plan, LadderPage page, int channels)
    {
        SlotLadder ladder = new(plan, plan.Slots[0], page, capacity: 1, channels) { FeeLevels = default(FeeLevels).With(PolicyTier.Economic, 0, 0) };
        ladder.Place(0, new Rung(new RungKey(0, 0, 0, 0, 0), default, 0, FrameBytes, plan.Fees[0], 21_000, ArmedNs: 1));
        for (int channel = 0; channel < channels; channel++)
            ladder.PlaceFrame(0, channel, 0, FrameBytes);
        ladder.Publish(0);
        ladder.Gate.TryArm();
        return ladder;
    }

    private static OrderLeg Leg(ulong amount)
    {
        OrderLeg leg = new()
        {
            AmountIn = amount,
            MinimumOut = amount,
            ExpectedOut = amount * 2,
            KeepBalance = Amount,
            Sell = AssetId.FromIndex(0),
            Buy = AssetId.FromIndex(1),
        };
        leg.SetHop(0, PoolId.FromIndex(0), leg.Sell);
        return leg;
    }

    private sealed class SilentLog(SubmitterLog? log) : IFireLog
    {
        public LogVerdict Fire(ulong nonce, in Hash32 hash, bool isRehearsal = false)
        {
            if (isRehearsal)
                return log?.Fire(nonce, in hash, isRehearsal) ?? LogVerdict.Written;
            log?.Rehearse();
            return LogVerdict.Written;
        }
    }

    private sealed class SilentSocket(IReadySocket socket) : IReadySocket
    {
        public string Name => socket.Name;

        public bool IsReady
        {
            get
            {
                _ = socket.IsReady; // the real one's way, whatever it says
                return true;
            }
        }

        public bool Write(ReadOnlySpan<byte> frame)
        {
            socket.Rehearse(frame.Length);
            return true;
        }

        public void Rehearse(int bytes) => socket.Rehearse(bytes);

        public void Dispose()
        {
        }
    }
}
