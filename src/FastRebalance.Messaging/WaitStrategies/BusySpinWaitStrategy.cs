namespace FastRebalance.Messaging.WaitStrategies;

/// <summary>
/// Polls without pause and never gives the core away. The lowest latency, for a thread that has a core to itself; with more
/// such threads than cores each holds up the one that it waits for.
/// </summary>
public sealed class BusySpinWaitStrategy : WaitStrategy
{
    private static readonly int XB = int.Parse(Environment.GetEnvironmentVariable("XB") ?? "0");
    internal const string ConfiguredName = "busy-spin";

    public override string Name => ConfiguredName;

    public override long WaitFor(SequenceBarrier barrier, long sequence, long deadlineTicks)
    {
        while (true)
        {
            long available = barrier.AvailableUpTo(sequence);
            if (available >= sequence || barrier.IsAlerted || Deadline.IsOver(deadlineTicks))
                return available;
            switch (XB)
            {
                case 1: System.Runtime.Intrinsics.X86.X86Base.Pause(); break;
                case 2: Interlocked.MemoryBarrier(); break;
                case 3: Thread.SpinWait(1); break;
            }
        }
    }
}
