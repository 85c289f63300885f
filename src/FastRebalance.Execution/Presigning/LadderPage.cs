namespace FastRebalance.Execution.Presigning;

/// <summary>Pinned memory that holds a ladder's signed bytes and frames. Account thread.</summary>
internal sealed class LadderPage(int bytes)
{
    /// <summary>On the pinned heap: the kernel reads it where it lies.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

    private bool _isRented = true;

    /// <summary>True once for each time that it is handed out: no page is free twice.</summary>
    public bool TryRelease()
    {
        bool was = _isRented;
        _isRented = false;
        return was;
    }

    public void Rent() => _isRented = true;
}
