namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>A workload did not bring home what it sent: its time says nothing.</summary>
internal sealed class WrongResultException(string message) : Exception(message)
{
    /// <summary>Compares the sum of what arrived with the sum of what was sent.</summary>
    public static void Check(string where, long expected, long found)
    {
        if (found != expected)
            throw new WrongResultException($"{where}: the sum of what arrived is {found} and should be {expected}");
    }
}
