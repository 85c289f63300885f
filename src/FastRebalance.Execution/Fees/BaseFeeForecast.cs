using FastRebalance.Ethereum.Chains;

namespace FastRebalance.Execution.Fees;

/// <summary>
/// What the coming blocks will ask per gas. Exact for the next block where the rule of EIP-1559 holds as it is written; beyond it an
/// expectation and a bound. Pure, whole wei throughout; nothing here wraps: what passes 64 bits is held at the largest value.
/// </summary>
public sealed class BaseFeeForecast
{
    private readonly BaseFeeRules _rules;

    /// <exception cref="ArgumentOutOfRangeException">A rule makes no sense.</exception>
    public BaseFeeForecast(BaseFeeRules rules)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rules.Elasticity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rules.Denominator, 1);
        _rules = rules;
    }

    /// <summary>
    /// Base fee of the block after a head. Where fees do not follow the head's gas alone, the head's own fee stands for it: ask the node
    /// (the last number of <c>eth_feeHistory</c>) for better.
    /// </summary>
    /// <param name="baseFeeWei">The head's.</param>
    /// <param name="gasUsed">By the head.</param>
    /// <param name="gasLimit">Of the head; zero leaves the fee as it is.</param>
    /// <remarks>Divisions round down as the protocol's do, and a block above its target raises the fee by one wei at least.</remarks>
    public ulong Next(ulong baseFeeWei, ulong gasUsed, ulong gasLimit)
    {
        ulong target = gasLimit / (ulong)_rules.Elasticity;
        if (!_rules.FollowsGasUsed || target == 0 || gasUsed == target)
            return baseFeeWei;
        bool rises = gasUsed > target;
        UInt128 distance = rises ? gasUsed - target : target - gasUsed;
        UInt128 step = baseFeeWei * distance / target / (uint)_rules.Denominator;
        return rises ? Clamp(baseFeeWei + UInt128.Max(step, 1)) : (ulong)(baseFeeWei - UInt128.Min(step, baseFeeWei));
    }

    /// <summary>
    /// The most that a block may ask which comes so many after the next: every block in between full. On Ethereum the next block's fee times
    /// 1.125 for each, rounded up at each.
    /// </summary>
    /// <param name="nextWei">Base fee of the next block.</param>
    /// <param name="blocks">0 is the next block itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The blocks are negative.</exception>
    public ulong WorstAfter(ulong nextWei, int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ulong fee = nextWei;
        for (int i = 0; i < blocks && fee < ulong.MaxValue; i++)
            fee = Clamp(fee + UInt128.Max(CeilingDivide((UInt128)fee * (uint)_rules.MostRise, (uint)_rules.Denominator), 1));
        return fee;
    }

    /// <summary>What the coming blocks will ask if each uses what recent blocks used on average.</summary>
    /// <param name="nextWei">Base fee of the next block, which stands first.</param>
    /// <param name="averageGasUsed">Of recent blocks.</param>
    /// <param name="gasLimit">Of the head.</param>
    /// <param name="path">Filled: one fee per block.</param>
    public void Path(ulong nextWei, ulong averageGasUsed, ulong gasLimit, Span<ulong> path)
    {
        ulong fee = nextWei;
        for (int i = 0; i < path.Length; i++)
        {
            path[i] = fee;
            fee = Next(fee, averageGasUsed, gasLimit);
        }
    }

    private static UInt128 CeilingDivide(UInt128 number, UInt128 by) => (number + by - 1) / by;

    private static ulong Clamp(UInt128 fee) => fee > ulong.MaxValue ? ulong.MaxValue : (ulong)fee;
}
