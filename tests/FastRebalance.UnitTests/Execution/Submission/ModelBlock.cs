using FastRebalance.Core.Assets;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>A block of the model chain: only the account's own transactions stand in it.</summary>
internal sealed class ModelBlock(ulong number, int id, long unixSeconds, ulong nonceAfter)
{
    public ulong Number { get; } = number;

    public int Id { get; } = id;

    public long UnixSeconds { get; } = unixSeconds;

    /// <summary>The account's next nonce after it.</summary>
    public ulong NonceAfter { get; set; } = nonceAfter;

    public Hash32 Hash { get; } = HashOf(id);

    public List<ModelTransaction> Transactions { get; } = [];

    private static Hash32 HashOf(int id)
    {
        Span<byte> hash = stackalloc byte[Hash32.Length];
        hash.Clear();
        BitConverter.TryWriteBytes(hash[28..], id);
        hash[0] = 2;
        return new Hash32(hash);
    }
}
