using FastRebalance.Core.Measures;

namespace FastRebalance.Peers.Rings;

/// <summary>One window of throughput: so many events, how long they took and in how many batches the consumer got them.</summary>
public readonly record struct Window(long Events, double Seconds, long Batches)
{
    public double MillionPerSecond => Events / Seconds / 1e6;

    public double AverageBatch => (double)Events / Batches;
}

/// <summary>What one window is to do.</summary>
/// <param name="RingSize">Slots.</param>
/// <param name="Events">A multiple of <see cref="Producing.Piece"/>.</param>
/// <param name="PublishBatch">Events claimed and published at once; more than one are copied from where they lie ready. It divides a piece.</param>
public readonly record struct Job(int RingSize, int Events, int PublishBatch);

/// <summary>One of the rings that are compared. Every window and every round-trip run builds its rings and threads anew.</summary>
public abstract class RingArm(string name)
{
    public string Name { get; } = name;

    /// <summary>One producer, the calling thread, and one consumer.</summary>
    /// <exception cref="WrongResultException">The consumer did not see every event once.</exception>
    public abstract Window Throughput(Job job);

    /// <summary>Two rings and two consumers that pass one event to and fro, with a pause after each round.</summary>
    /// <exception cref="WrongResultException">An event came back wrong.</exception>
    public abstract LatencyHistogram RoundTrip(int rounds, long pauseNs);
}

/// <summary>A ring lost, doubled or changed something: no figure of such a run is worth reading.</summary>
public sealed class WrongResultException(string message) : Exception(message);
