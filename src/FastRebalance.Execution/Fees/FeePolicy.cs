namespace FastRebalance.Execution.Fees;

/// <summary>
/// Names fees per gas (EIP-1559) from recent blocks, and the next step when a transaction must be replaced. Pure; whole numbers
/// throughout; never above the configured maximum.
/// </summary>
public sealed class FeePolicy
{
    /// <summary>Pools ask for 10 % (geth, reth, nethermind) up to 12.5 % (the old OpenEthereum rule), on both fields, and round differently.</summary>
    public const int UsualBumpPercent = 13;

    private readonly FeeOptions _options;

    public FeePolicy(FeeOptions options, ulong maxFeePerGasWei)
    {
        ArgumentOutOfRangeException.ThrowIfZero(maxFeePerGasWei);
        options.Validate();
        _options = options;
        MaxFeePerGasWei = maxFeePerGasWei;
        MaxCancelFeePerGasWei = maxFeePerGasWei > ulong.MaxValue / 2 ? ulong.MaxValue : 2 * maxFeePerGasWei;
    }

    /// <summary>Bound of an order's fee.</summary>
    public ulong MaxFeePerGasWei { get; }

    /// <summary>Bound of a cancel's fee: twice an order's, so that an order sent at its own bound can still be cancelled.</summary>
    public ulong MaxCancelFeePerGasWei { get; }

    /// <summary>An offer that is out can be raised.</summary>
    public bool CanReplace => _options.CanReplace;

    /// <summary>Fees for a new transaction: the median of the non-zero tips where tips count, and room for the base fee to rise, rounded up.</summary>
    /// <param name="nextBaseFeeWei">Base fee of the block after the head.</param>
    /// <param name="tipsWei">One tip per recent block; zeros are empty blocks and do not count.</param>
    public FeeVerdict Quote(ulong nextBaseFeeWei, ReadOnlySpan<ulong> tipsWei, out FeeQuote quote)
    {
        quote = default;
        if (nextBaseFeeWei > MaxFeePerGasWei)
            return FeeVerdict.BaseFeeAboveMax;
        ulong tip = _options.TakesTips ? Math.Max(MedianOfNonZero(tipsWei), _options.MinTipWei) : 0;
        UInt128 room = ((UInt128)nextBaseFeeWei * (uint)_options.BaseFeeRoomPercent + 99) / 100;
        UInt128 wanted = (UInt128)tip + nextBaseFeeWei + room;
        ulong maxFee = (ulong)UInt128.Min(wanted, MaxFeePerGasWei);
        quote = new FeeQuote(maxFee, Math.Min(tip, maxFee));
        return FeeVerdict.Quoted;
    }

    /// <summary>
    /// Fees that every pool accepts in the place of what was offered before, and at least what the market now asks. Where the chain replaces
    /// nothing, a fill is never offered again, and a cancel offers what was offered already or what the market asks, not a step more.
    /// </summary>
    /// <param name="highest">The highest of each field over everything ever offered at this nonce.</param>
    /// <param name="market">What a new transaction would offer now.</param>
    /// <param name="isCancel">The replacement frees the nonce and trades nothing.</param>
    /// <param name="quote">The fees; unchanged default where there is no room.</param>
    public FeeVerdict Replace(in FeeQuote highest, in FeeQuote market, bool isCancel, out FeeQuote quote)
    {
        quote = default;
        if (!CanReplace && !isCancel)
            return FeeVerdict.NotReplaceable;
        UInt128 tip = UInt128.Max(Step(highest.TipWei), market.TipWei);
        UInt128 maxFee = UInt128.Max(UInt128.Max(Step(highest.MaxFeePerGasWei), market.MaxFeePerGasWei), tip);
        if (maxFee > (isCancel ? MaxCancelFeePerGasWei : MaxFeePerGasWei))
            return FeeVerdict.BumpAboveMax;
        quote = new FeeQuote((ulong)maxFee, (ulong)tip);
        return FeeVerdict.Quoted;
    }

    private UInt128 Step(ulong fee) => CanReplace ? Bump(fee, _options.BumpPercent) : fee;

    /// <summary>So many percent more, rounded up, and at least one wei.</summary>
    public static UInt128 Bump(ulong fee, int percent = UsualBumpPercent) => UInt128.Max(((UInt128)fee * (uint)(100 + percent) + 99) / 100, (UInt128)fee + 1);

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
