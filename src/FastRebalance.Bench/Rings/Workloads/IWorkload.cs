namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>Producers and consumers that stand ready from construction until disposed, and move events whenever told to.</summary>
internal interface IWorkload : IDisposable
{
    /// <summary>Moves so many events from end to end, checks what arrived and says how it went. One caller at a time.</summary>
    /// <exception cref="WrongResultException">Something was lost, doubled or torn, or did not arrive in time.</exception>
    WorkloadRun Run(int events);
}

/// <param name="Events">Events that every final consumer has seen.</param>
/// <param name="ElapsedNs">From just before the first was published until the last consumer had seen the last.</param>
/// <param name="Batches">Times that a final consumer found something; 0 where the transport knows single events only.</param>
/// <param name="HotThreadBytes">Allocated by the threads that produced and consumed; null where they are the pool's.</param>
internal readonly record struct WorkloadRun(long Events, long ElapsedNs, long Batches, long? HotThreadBytes)
{
    public double OperationsPerSecond => Events * 1e9 / ElapsedNs;

    public double? AverageBatch => Batches == 0 ? null : (double)Events / Batches;
}
