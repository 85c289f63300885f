using FastRebalance.Core.Assets;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What a transaction at the order's nonce is for. Zero is nothing.</summary>
public enum AttemptKind : byte
{
    None = 0,

    /// <summary>It trades.</summary>
    Fill,

    /// <summary>It trades nothing and takes the nonce away from the fills.</summary>
    Cancel,
}

/// <summary>One signed form of an order. Everything in it but the fees is the same in every fill.</summary>
internal sealed class Attempt(AttemptKind kind, FeeQuote fees)
{
    public AttemptKind Kind { get; } = kind;

    public FeeQuote Fees { get; } = fees;

    /// <summary>Zero until signed.</summary>
    public Hash32 Hash { get; set; }

    /// <summary>Empty until signed.</summary>
    public ReadOnlyMemory<byte> Raw { get; set; }

    /// <summary>Someone else may know the bytes: it may be mined at any time.</summary>
    public bool MayBeOut { get; set; }

    /// <summary>A channel said that it has it: evidence, until a pool or a block shows it.</summary>
    public bool WasTaken { get; set; }
}
