using FastRebalance.Bench.Submitting;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Execution.Presigning;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.StressTests.Presigning;

/// <summary>The shipped fire path over a real ladder; each round the same rungs go on under a new gate, as after an event that kills some.</summary>
internal sealed class ShippedShot : IShotRace, IDisposable
{
    private static readonly HashSet<Hash32> s_none = [];

    private readonly SampleDesk _desk;
    private readonly OrderLeg[] _legs;
    private readonly SlotLadder _signed;
    private SlotLadder _now;

    public ShippedShot(Action onByte)
    {
        WillingLog log = new();
        _desk = new SampleDesk(log, log, _ => new TellingSocket(onByte), mostInFlight: 1);
        _desk.Arm(SampleDesk.FirstNonce, 1);
        _legs = _desk.Decided(10_000);
        _signed = _now = _desk.Armory.Slots[0];
    }

    public void Arm()
    {
        while (_desk.Path.TryTakeFired(out _))
        {
        }
        _now = _signed.Without(s_none);
        _now.Gate.TryArm();
        _desk.Tables.Lay(new HotTable([_now], 0));
    }

    public bool TryFire()
    {
        DecidedOrder order = new()
        {
            OrderId = 1,
            Portfolio = SampleDesk.Portfolio,
            Tier = PolicyTier.Economic,
            Legs = _legs,
            DeadlineUnixSeconds = SampleDesk.Deadline,
        };
        return _desk.Path.TryFire(in order, MonotonicClock.NowNs, out _);
    }

    public bool TryWithdraw() => _now.Gate.TryWithdraw();

    public void Dispose() => _desk.Dispose();

    private sealed class WillingLog : IArmLog, IFireLog
    {
        public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts) => LogVerdict.Written;

        public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes) => LogVerdict.Written;

        public LogVerdict Fire(ulong nonce, in Hash32 hash, bool isRehearsal = false) => LogVerdict.Written;
    }

    private sealed class TellingSocket(Action onByte) : IReadySocket
    {
        public string Name => "telling";

        public bool IsReady => true;

        public bool Write(ReadOnlySpan<byte> frame)
        {
            onByte();
            return true;
        }

        public void Rehearse(int bytes)
        {
        }

        public void Dispose()
        {
        }
    }
}
