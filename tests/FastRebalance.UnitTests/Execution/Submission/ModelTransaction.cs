using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Fees;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>A transaction of the model world, ours or another program's, and where its bytes are.</summary>
internal sealed class ModelTransaction
{
    public ModelTransaction(int id)
    {
        Id = id;
        Span<byte> hash = stackalloc byte[Hash32.Length];
        hash.Clear();
        BitConverter.TryWriteBytes(hash[28..], id);
        hash[0] = 1;
        Hash = new Hash32(hash);
        Raw = BitConverter.GetBytes(id);
    }

    public int Id { get; }

    public Hash32 Hash { get; }

    public ReadOnlyMemory<byte> Raw { get; }

    public required ulong Nonce { get; init; }

    public required AttemptKind Kind { get; init; }

    public required DecisionId Decision { get; init; }

    public required FeeQuote Fees { get; init; }

    public ulong Gas { get; init; }

    public ulong MaxBlock { get; init; } = ulong.MaxValue;

    public long MaxUnixSeconds { get; init; } = long.MaxValue;

    public bool IsForeign { get; init; }

    /// <summary>Somebody has the bytes: from now on they may be mined at any time.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Sends whose answer is still to come.</summary>
    public int InFlight { get; set; }

    public bool IsPooled { get; set; }

    /// <summary>Its first byte was let go before; the same bytes again are no new offer.</summary>
    public bool WasReleased { get; set; }

    /// <summary>The canonical block that holds it; null for none.</summary>
    public ModelBlock? Block { get; set; }

    public bool Succeeded { get; set; }

    public bool MayBeMined => HasLeft || InFlight > 0;

    public override string ToString() => $"transaction {Id} ({Kind} of {Decision} at nonce {Nonce}, {Fees.MaxFeePerGasWei}/{Fees.TipWei} wei)";
}
