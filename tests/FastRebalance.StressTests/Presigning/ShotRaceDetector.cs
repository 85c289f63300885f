using FastRebalance.StressTests.Messaging;

namespace FastRebalance.StressTests.Presigning;

/// <summary>
/// Lets a trigger and a withdrawal meet at the same slot, over and over with seeded delays, and looks that exactly one of them gets it and that
/// no byte leaves a slot that was withdrawn.
/// </summary>
internal static class ShotRaceDetector
{
    private const int MostDelay = 400;

    public static RaceResult Race(Func<Action, IShotRace> create, int rounds, int seed)
    {
        Round round = new();
        IShotRace race = create(() => round.OnByte());
        Thread trigger = new(() => Trigger(race, round, rounds, seed)) { IsBackground = true };
        trigger.Start();
        Random random = new(seed + 1);
        for (int i = 1; i <= rounds && round.Fault is null; i++)
        {
            race.Arm();
            round.Begin(i);
            Thread.SpinWait(random.Next(MostDelay));
            if (race.TryWithdraw())
                round.OnWithdrawn();
            round.AwaitShot(i);
            round.Judge();
        }
        round.Begin(int.MaxValue);
        trigger.Join();
        return round.Fault is { } fault ? new RaceResult(RaceVerdict.Caught, fault)
            : Math.Min(round.Fired, round.Withdrawn) * 500 < rounds ? new RaceResult(RaceVerdict.CouldNotTell, $"{round.Fired} fired, {round.Withdrawn} withdrawn: one side hardly ever won")
            : new RaceResult(RaceVerdict.Passed, $"{round.Fired} fired, {round.Withdrawn} withdrawn");
    }

    private static void Trigger(IShotRace race, Round round, int rounds, int seed)
    {
        Random random = new(seed);
        for (int i = 1; i <= rounds; i++)
        {
            if (!round.AwaitBegin(i))
                return;
            Thread.SpinWait(random.Next(MostDelay));
            round.OnShot(i, race.TryFire());
        }
    }

    private sealed class Round
    {
        private int _begun;
        private int _shot;
        private int _isWithdrawn;
        private int _bytesAfter;
        private bool _hasFired;
        private string? _fault;

        public string? Fault => Volatile.Read(ref _fault);

        public int Fired { get; private set; }

        public int Withdrawn { get; private set; }

        public void Begin(int round)
        {
            Volatile.Write(ref _isWithdrawn, 0);
            Volatile.Write(ref _begun, round);
        }

        public bool AwaitBegin(int round)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _begun) < round)
                Idle(ref spin);
            return Volatile.Read(ref _begun) == round;
        }

        public void OnWithdrawn() => Volatile.Write(ref _isWithdrawn, 1);

        /// <summary>A byte leaves.</summary>
        public void OnByte() => _bytesAfter += Volatile.Read(ref _isWithdrawn);

        public void OnShot(int round, bool hasFired)
        {
            _hasFired = hasFired;
            Volatile.Write(ref _shot, round);
        }

        public void AwaitShot(int round)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref _shot) < round)
                Idle(ref spin);
        }

        public void Judge()
        {
            bool isWithdrawn = _isWithdrawn != 0;
            Fired += _hasFired ? 1 : 0;
            Withdrawn += isWithdrawn ? 1 : 0;
            if (_hasFired == isWithdrawn)
                Volatile.Write(ref _fault, _hasFired ? $"round {_begun}: fired and withdrawn" : $"round {_begun}: neither fired nor withdrawn");
            else if (_bytesAfter != 0)
                Volatile.Write(ref _fault, $"round {_begun}: a byte left a slot that was withdrawn");
        }

        // Yields, and does not sleep: the two should meet.
        private static void Idle(ref SpinWait spin)
        {
            if (spin.NextSpinWillYield)
                Thread.Yield();
            else
                spin.SpinOnce();
        }
    }
}
