using FastRebalance.Core.Assets;

namespace FastRebalance.Devnet.Relay;

/// <summary>Transactions that are mined together, in this order, or not at all.</summary>
internal sealed record RelayBundle
{
    public required IReadOnlyList<RelayTransaction> Transactions { get; init; }

    /// <summary>First and last block that it may be in: the same for a bundle, a range for a transaction that the relay keeps.</summary>
    public required ulong FromBlock { get; init; }

    public required ulong ToBlock { get; init; }

    /// <summary>Who sent it, by the signature of the request.</summary>
    public required Address Signer { get; init; }

    public string? Uuid { get; init; }

    public IReadOnlySet<Hash32> MayRevert { get; init; } = new HashSet<Hash32>();

    public ulong MinTimestamp { get; init; }

    public ulong MaxTimestamp { get; init; } = ulong.MaxValue;

    /// <summary>One transaction that the relay keeps offering.</summary>
    public bool IsPrivateTransaction { get; init; }

    public Hash32 Hash
    {
        get
        {
            byte[] hashes = new byte[Transactions.Count * Hash32.Length];
            for (int i = 0; i < Transactions.Count; i++)
                Transactions[i].Hash.Span.CopyTo(hashes.AsSpan(i * Hash32.Length));
            return Core.Hashing.Keccak256.Hash(hashes);
        }
    }
}
