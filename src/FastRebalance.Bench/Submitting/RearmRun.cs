using FastRebalance.Core.Measures;
using FastRebalance.Execution.Presigning;

namespace FastRebalance.Bench.Submitting;

/// <summary>Arms the same two nonces again and again, 36 rungs each time: encoding, signing, the log's sync, framing, and the change of tables.</summary>
internal static class RearmRun
{
    public static int RungsOf(SubmitBenchOptions options) => Slots * SampleDesk.Fees * SampleDesk.Sizes * (options.Delever ? SampleDesk.Row : 1);

    private const int Slots = 2;
    private const int WarmUp = 50;
    private const int TendEvery = 32;

    /// <param name="options">How often, and where the log lies.</param>
    /// <returns>
    /// The whole arming, how long until its first rung could be fired had there been none before, and what the log took of it for each group
    /// that it synced, in nanoseconds.
    /// </returns>
    public static (LatencyHistogram Whole, LatencyHistogram First, LatencyHistogram GroupSync) Run(SubmitBenchOptions options)
    {
        using BenchLog log = new(options.LogFolder);
        ArmWitness witness = new(log.Log);
        using SampleDesk desk = new(witness, log.Log, static _ => new NoSocket(), mostInFlight: 1, options.Delever);
        LatencyHistogram whole = new(), first = new();
        for (int i = 0; i < WarmUp + options.Rearms; i++)
        {
            desk.NextHead();
            ArmOutcome outcome = desk.Arm(SampleDesk.FirstNonce, Slots);
            if (outcome.Rungs != RungsOf(options))
                throw new InvalidOperationException($"{outcome.Rungs} rungs were armed instead of {RungsOf(options)}");
            if (i >= WarmUp)
                whole.Record(outcome.TookNs);
            else
                witness.Groups.Reset();
            if (i % TendEvery == 0)
                log.Log.Tend();
        }
        for (int i = 0; i < options.Rearms; i++)
        {
            desk.Armory.Invalidate(Invalidation.SlotConsumed(SampleDesk.FirstNonce + (ulong)(Slots * i) + Slots - 1));
            first.Record(desk.Arm(desk.Armory.FirstNonce, Slots).FirstUsableNs);
        }
        return (whole, first, witness.Groups);
    }

    private sealed class NoSocket : IReadySocket
    {
        public string Name => "none";

        public bool IsReady => false;

        public bool Write(ReadOnlySpan<byte> frame) => false;

        public void Rehearse(int bytes)
        {
        }

        public void Dispose()
        {
        }
    }
}
