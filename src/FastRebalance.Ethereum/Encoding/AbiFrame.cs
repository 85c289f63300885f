namespace FastRebalance.Ethereum.Encoding;

/// <summary>The frame an <see cref="AbiWriter"/> comes back to; hand it to <see cref="AbiWriter.End"/>.</summary>
public readonly struct AbiFrame
{
    internal AbiFrame(int start, int head, int headEnd)
    {
        Start = start;
        Head = head;
        HeadEnd = headEnd;
    }

    internal int Start { get; }

    internal int Head { get; }

    internal int HeadEnd { get; }
}
