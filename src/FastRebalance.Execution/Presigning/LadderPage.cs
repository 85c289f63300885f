namespace FastRebalance.Execution.Presigning;

/// <summary>Pinned memory that holds a ladder's signed bytes and frames. Account thread.</summary>
internal sealed class LadderPage(int bytes)
{
    /// <summary>On the pinned heap: the kernel reads it where it lies.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
}
