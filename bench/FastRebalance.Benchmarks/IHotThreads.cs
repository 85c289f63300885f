namespace FastRebalance.Benchmarks;

/// <summary>A suite whose work is done on several threads, and which therefore counts by itself what they allocate.</summary>
public interface IHotThreads
{
    /// <summary>Bytes allocated by all threads that did the benchmark's work, since the instance was made.</summary>
    long HotThreadBytes { get; }
}
