namespace FastRebalance.Execution.Fees;

/// <summary>What a transaction offers per gas. The tip is never above the cap.</summary>
/// <param name="MaxFeePerGasWei">Most that is paid, base fee and tip together.</param>
/// <param name="TipWei">Most that goes to the block's builder.</param>
public readonly record struct FeeQuote(ulong MaxFeePerGasWei, ulong TipWei);

/// <summary>Whether fees could be named. Zero is no answer.</summary>
public enum FeeVerdict : byte
{
    None = 0,
    Quoted,

    /// <summary>The next block's base fee alone is above the configured maximum.</summary>
    BaseFeeAboveMax,

    /// <summary>The next step that pools accept is above the configured maximum.</summary>
    BumpAboveMax,

    /// <summary>The chain does not replace transactions: what is out stays as it is.</summary>
    NotReplaceable,
}
