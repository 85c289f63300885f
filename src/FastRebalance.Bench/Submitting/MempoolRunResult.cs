namespace FastRebalance.Bench.Submitting;

/// <summary>What <see cref="MempoolRun"/> measured, with what it was measured on.</summary>
/// <param name="Processor">Of the machine.</param>
/// <param name="Cores">That the process may use; one was.</param>
/// <param name="Runtime">And its garbage collector.</param>
/// <param name="Load">Of the machine; null where it does not tell.</param>
/// <param name="Rounds">Batches measured.</param>
/// <param name="Batch">Transactions in each.</param>
/// <param name="Tier0Ns">Asking whether a transaction concerns us; median over the rounds.</param>
/// <param name="Tier1Ns">Reading a call that does.</param>
/// <param name="WholeNs">Asking, reading the tenth that concerns us, and keeping each in the pending pool.</param>
/// <param name="AllocatedBytes">In all rounds together.</param>
/// <param name="Wrong">What came out otherwise than put in; null where nothing did.</param>
public sealed record MempoolRunResult(
    string Processor, int Cores, string Runtime, string? Load, int Rounds, int Batch, double Tier0Ns, double Tier1Ns, double WholeNs, long AllocatedBytes, string? Wrong)
{
    public double Tier0PerSecond => 1e9 / Tier0Ns;

    public double Tier1PerSecond => 1e9 / Tier1Ns;

    public double WholePerSecond => 1e9 / WholeNs;
}
