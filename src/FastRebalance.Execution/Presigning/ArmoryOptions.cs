namespace FastRebalance.Execution.Presigning;

/// <summary>How ladders are armed.</summary>
public sealed record ArmoryOptions
{
    /// <summary>Rungs that are made durable together at first, so that the likeliest are usable early; each further group is twice as large.</summary>
    public int FirstGroup { get; init; } = 6;

    /// <summary>The largest group.</summary>
    public int LargestGroup { get; init; } = 64;

    /// <summary>Requests that a remote signer may have open at once.</summary>
    public int MostAsked { get; init; } = 8;

    /// <summary>Gas limit of a cancel, a transfer of nothing to ourselves: EIP-2's intrinsic gas, for an account without code.</summary>
    public ulong CancelGas { get; init; } = 21_000;

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstGroup, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestGroup, FirstGroup);
        ArgumentOutOfRangeException.ThrowIfLessThan(MostAsked, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CancelGas, 21_000ul);
    }
}
