namespace FastRebalance.StressTests.Messaging;

/// <summary>How a race ended. Zero is no answer.</summary>
internal enum RaceVerdict
{
    /// <summary>Nothing wrong was seen, and nothing much was tried: the threads never met.</summary>
    CouldNotTell = 0,

    Passed,
    Caught,
}

internal readonly record struct RaceResult(RaceVerdict Verdict, string What);

/// <summary>
/// Races producers against a consumer over a ring and checks each event: that it is whole, that each producer's come in order
/// and without a gap, and that none is missing at the end.
/// </summary>
internal static class RaceDetector
{
    /// <summary>Turns a wake-up that never comes into a finding.</summary>
    public static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(120);

    public static RaceResult Race(IRaceRing ring, int producers, int eventsPerProducer)
    {
        bool stop = false;
        long timesFull = 0;
        Thread[] threads = [.. Enumerable.Range(0, producers).Select(id => new Thread(() => Produce(id)) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();

        (string? fault, long waits) = Consume(ring, producers, eventsPerProducer);
        if (fault is not null)
        {
            Volatile.Write(ref stop, true);
            // A producer may be waiting for room; it gets all there is and sees the flag.
            ring.Done(long.MaxValue / 2);
        }

        foreach (Thread thread in threads)
            thread.Join();
        return fault is not null ? new RaceResult(RaceVerdict.Caught, fault)
            : waits + Volatile.Read(ref timesFull) == 0 ? new RaceResult(RaceVerdict.CouldNotTell, "no side ever waited for the other")
            : new RaceResult(RaceVerdict.Passed, $"{waits} waits");

        void Produce(int id)
        {
            long full = 0;
            for (int count = 0; count < eventsPerProducer && !Volatile.Read(ref stop); count++)
            {
                RaceEvent raceEvent = RaceEvent.Of(id, count);
                while (!ring.TrySend(in raceEvent) && !Volatile.Read(ref stop))
                {
                    full++;
                    Thread.Yield();
                }
            }

            Interlocked.Add(ref timesFull, full);
        }
    }

    private static (string? Fault, long Waits) Consume(IRaceRing ring, int producers, int eventsPerProducer)
    {
        long[] expected = new long[producers];
        long total = (long)producers * eventsPerProducer, waits = 0;
        for (long next = 0; next < total;)
        {
            long available = ring.WaitFor(next);
            if (available < next)
                return ($"event {next} of {total} never came", waits);
            waits++;
            for (; next <= available && next < total; next++)
            {
                RaceEvent seen = ring[next];
                if (!seen.IsWhole)
                    return ($"event {next} is torn", waits);
                if ((ulong)seen.Producer >= (ulong)producers || seen.Count != expected[seen.Producer]++)
                    return ($"event {next} is out of order: producer {seen.Producer}, count {seen.Count}", waits);
            }

            ring.Done(next - 1);
        }

        return (null, waits);
    }
}
