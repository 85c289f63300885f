using FastRebalance.Core.Assets;

namespace FastRebalance.Bench.Latency;

/// <summary>An order as it left the signer.</summary>
internal struct SignedOrder
{
    public ulong OrderId;

    /// <summary>When the signed bytes were there.</summary>
    public long SignedNs;

    /// <summary>When the socket had taken them.</summary>
    public long WrittenNs;

    public ulong Nonce;
    public Hash32 Hash;
    public ushort Bytes;
    public byte Legs;
}
