namespace FastRebalance.Simulation.LatencyValue;

/// <summary>Independent jobs on several threads, each with a place of its own for its result: no number depends on who ran it.</summary>
internal static class Workers
{
    public static T[] Run<T>(int workers, int count, Func<int, T> job)
    {
        T[] results = new T[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => results[i] = job(i));
        return results;
    }
}
