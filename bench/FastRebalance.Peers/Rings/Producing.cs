using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastRebalance.Peers.Rings;

/// <summary>What all arms of a throughput window have in common.</summary>
public static class Producing
{
    /// <summary>Published in pieces of this size, each by one call, so that the compiler's best code is reached in every arm.</summary>
    public const int Piece = 1000;

    /// <summary>The events of a piece, for publishers that have theirs ready in a batch.</summary>
    public static T[] Prepare<T>() where T : struct, ISlot
    {
        T[] events = new T[Piece];
        for (int i = 0; i < Piece; i++)
            events[i].Write(i);
        return events;
    }

    /// <summary>Times the pieces, then waits until the consumer has done with all, and checks the sum that it found.</summary>
    /// <param name="publish">Publishes the events from the first number up to, and without, the second, with the values 0 to <see cref="Piece"/> - 1.</param>
    /// <param name="consumed">The last sequence that the consumer has done with.</param>
    /// <param name="result">The consumer's sum and the number of its batches.</param>
    public static Window Time(Job job, int copies, Action<int, int> publish, Func<long> consumed, Func<(long Sum, long Batches)> result)
    {
        Settle();
        Cores.TakeFirst();
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < job.Events; done += Piece)
            publish(done, done + Piece);
        while (consumed() < job.Events - 1)
            Thread.SpinWait(1);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Cores.Release();

        (long sum, long batches) = result();
        long expected = (long)(job.Events / Piece) * (Piece * (Piece - 1) / 2) * copies;
        return sum == expected
            ? new Window(job.Events, seconds, batches)
            : throw new WrongResultException($"the consumer's sum is {sum}; {expected} was sent");
    }

    /// <summary>The first ball would otherwise wait for the other thread to come to life, and be counted.</summary>
    public static void LetTheOtherSideStart() => Thread.Sleep(5);

    /// <summary>Leaves nothing to collect, and gives the consumer's thread time to reach its wait.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Thread.Sleep(2);
    }
}
