namespace FastRebalance.Execution.Confirmation;

/// <summary>What a transaction at a decision's nonce is for. Zero is nothing.</summary>
public enum AttemptKind : byte
{
    None = 0,

    /// <summary>It trades.</summary>
    Fill,

    /// <summary>It trades nothing and takes the nonce away from the fills.</summary>
    Cancel,
}
