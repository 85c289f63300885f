using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.Bench.Submitting;

/// <summary>A write-ahead log in a folder of its own below the one given, as an account keeps one; the folder goes when it is disposed.</summary>
internal sealed class BenchLog : IDisposable
{
    private readonly SubmitterLogOptions _options;

    /// <exception cref="IOException">The disk refuses.</exception>
    public BenchLog(string root)
    {
        _options = new SubmitterLogOptions
        {
            Root = Path.Combine(root, $"fastrebalance-bench-{Guid.NewGuid():N}"),
            ChainId = SampleDesk.ChainId,
            Sender = Address.Parse("0x3535353535353535353535353535353535353535"), // the log does not ask who signs
        };
        Directory.CreateDirectory(_options.Root);
        Log = SubmitterLog.Open(_options);
    }

    public SubmitterLog Log { get; }

    /// <summary>Ends the log and reads back from the disk what it still tells of shots: all that it has not folded away as long final.</summary>
    /// <param name="fired">What was fired, by nonce.</param>
    /// <param name="told">Shots that the log tells of, as they were.</param>
    /// <returns>What does not agree; null where everything does.</returns>
    public string? ReadBack(Dictionary<ulong, Hash32> fired, out int told)
    {
        told = 0;
        if (Log.Complete() != LogVerdict.Written)
            return $"the log did not end cleanly: {Log.FaultReason}";
        using SubmitterLog read = SubmitterLog.Open(_options);
        foreach ((ulong nonce, SlotRecord slot) in read.Recovered.State.Slots)
        {
            Hash32[] released = [.. slot.Attempts.Where(static a => a.Released == ReleaseEvidence.Certain).Select(static a => a.Attempt.Hash)];
            if (!fired.TryGetValue(nonce, out Hash32 shot) ? released.Length > 0 : released is not [var only] || only != shot)
                return $"the log tells something else of nonce {nonce} than was fired";
            told += released.Length;
        }
        return null;
    }

    public void Dispose()
    {
        Log.Dispose();
        Directory.Delete(_options.Root, recursive: true);
    }
}
