namespace FastRebalance.Ethereum.Rpc.Framing;

/// <summary>The one thing that can be wrong with a frame: that it does not fit.</summary>
internal static class Room
{
    public static void Require(Span<byte> destination, int length)
    {
        if (destination.Length < length)
            throw new ArgumentException($"at least {length} bytes are wanted, found {destination.Length}", nameof(destination));
    }
}
