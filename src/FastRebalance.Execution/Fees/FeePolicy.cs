namespace FastRebalance.Execution.Fees;

/// <summary>
/// Names fees per gas (EIP-1559) from recent blocks, and the next step when a transaction must be replaced. Pure; whole numbers
/// throughout; never above the configured maximum.
/// </summary>
public sealed class FeePolicy
{
    // Pools ask for 10 % (geth, reth, nethermind) up to 12.5 % (the old OpenEthereum rule), on both fields, and round differently.
    private const uint BumpPercent = 113;

    private readonly ulong _minTipWei;

    public FeePolicy(FeeOptions options, ulong maxFeePerGasWei)
    {
        ArgumentOutOfRangeException.ThrowIfZero(maxFeePerGasWei);
        _minTipWei = options.MinTipWei;
        MaxFeePerGasWei = maxFeePerGasWei;
        MaxCancelFeePerGasWei = maxFeePerGasWei > ulong.MaxValue / 2 ? ulong.MaxValue : 2 * maxFeePerGasWei;
    }

    /// <summary>Bound of an order's fee.</summary>
    public ulong MaxFeePerGasWei { get; }

    /// <summary>Bound of a cancel's fee: twice an order's, so that an order sent at its own bound can still be cancelled.</summary>
    public ulong MaxCancelFeePerGasWei { get; }

    /// <summary>Fees for a new transaction: the median of the non-zero tips, and room for the base fee to double.</summary>
    /// <param name="nextBaseFeeWei">Base fee of the block after the head.</param>
    /// <param name="tipsWei">One tip per recent block; zeros are empty blocks and do not count.</param>
    public FeeVerdict Quote(ulong nextBaseFeeWei, ReadOnlySpan<ulong> tipsWei, out FeeQuote quote)
    {
        quote = default;
        if (nextBaseFeeWei > MaxFeePerGasWei)
            return FeeVerdict.BaseFeeAboveMax;
        ulong tip = Math.Max(MedianOfNonZero(tipsWei), _minTipWei);
        UInt128 wanted = (UInt128)tip + 2 * (UInt128)nextBaseFeeWei;
        ulong maxFee = (ulong)UInt128.Min(wanted, MaxFeePerGasWei);
        quote = new FeeQuote(maxFee, Math.Min(tip, maxFee));
        return FeeVerdict.Quoted;
    }

    /// <summary>Fees that every pool accepts in the place of what was offered before, and at least what the market now asks.</summary>
    /// <param name="highest">The highest of each field over everything ever offered at this nonce.</param>
    /// <param name="market">What a new transaction would offer now.</param>
    /// <param name="isCancel">The replacement frees the nonce and trades nothing.</param>
    /// <param name="quote">The fees; unchanged default where there is no room.</param>
    public FeeVerdict Replace(in FeeQuote highest, in FeeQuote market, bool isCancel, out FeeQuote quote)
    {
        quote = default;
        UInt128 tip = UInt128.Max(Bump(highest.TipWei), market.TipWei);
        UInt128 maxFee = UInt128.Max(UInt128.Max(Bump(highest.MaxFeePerGasWei), market.MaxFeePerGasWei), tip);
        if (maxFee > (isCancel ? MaxCancelFeePerGasWei : MaxFeePerGasWei))
            return FeeVerdict.BumpAboveMax;
        quote = new FeeQuote((ulong)maxFee, (ulong)tip);
        return FeeVerdict.Quoted;
    }

    /// <summary>13 % more, rounded up, and at least one wei.</summary>
    public static UInt128 Bump(ulong fee) => UInt128.Max(((UInt128)fee * BumpPercent + 99) / 100, (UInt128)fee + 1);

    private static ulong MedianOfNonZero(ReadOnlySpan<ulong> tips)
    {
        Span<ulong> sorted = tips.Length <= 64 ? stackalloc ulong[tips.Length] : new ulong[tips.Length];
        int count = 0;
        foreach (ulong tip in tips)
            if (tip != 0)
                sorted[count++] = tip;
        if (count == 0)
            return 0;
        sorted = sorted[..count];
        sorted.Sort();
        return sorted[count / 2];
    }
}
