namespace FastRebalance.Execution.Nonces;

/// <summary>What the chain's nonce says about the book. Zero is no answer.</summary>
public enum NonceVerdict : byte
{
    None = 0,
    Agrees,

    /// <summary>More was mined than this program sent: another one uses the key.</summary>
    Foreign,

    /// <summary>Less is mined than was settled: a reorganisation took something back, or the node is behind.</summary>
    Behind,
}
