using FastRebalance.Amm.Balancer;
using FastRebalance.Amm.Curves;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A weighted pool of Balancer's V2 vault, of two to eight tokens. Quotes equal <c>onSwap</c>, including the limits of 30 % of a balance
/// on either side. Its integer arithmetic is a staircase: powers have 18 decimals and a margin of 10^-14, so inputs below some 10^-14
/// of the balance pay nothing.
/// </summary>
public sealed class BalancerWeightedPool : BalancerPool
{
    public const string KindName = "balancer-weighted";

    /// <summary>The index of the first token's weight among the parameters.</summary>
    internal const int FirstWeight = 1;

    /// <summary>What a swap of two plain tokens uses in vault and pool, both transfers included.</summary>
    private const uint SwapGas = 100_000;

    // What goes in may be so much of the balance.
    private static readonly double MostOfBalance = (double)WeightedMath.MostRatio / 1e18;

    private readonly UInt256[] _scaling;
    private readonly bool _hasPowerShortcuts;

    public BalancerWeightedPool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
        : base(facts, id, assets, FirstWeight + facts.TokenCount)
    {
        _scaling = FactParameters.ScalingFactors(facts);
        _hasPowerShortcuts = !BalancerParameters.IsOlder(facts);
    }

    public override uint TypicalGas => SwapGas;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        if (!TryMath(sell, buy, out WeightedMath math) || !TryTakeFee(in amountIn, in _scaling[sell], out UInt256 scaled))
            return QuoteStatus.Overflow;
        QuoteStatus status = math.Out(in scaled, out UInt256 paid);
        if (status != QuoteStatus.Exact)
            return status;
        if (!FixedPoint.TryDivDown(paid, _scaling[buy], out quote.AmountOut) || !FitsVault(sell, in amountIn))
            return QuoteStatus.Overflow;
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        if (!TryMath(sell, buy, out WeightedMath math) || !FixedPoint.TryMulDown(amountOut, _scaling[buy], out UInt256 scaled))
            return QuoteStatus.Overflow;
        QuoteStatus status = math.In(in scaled, out UInt256 taken);
        if (status != QuoteStatus.Exact)
            return status;
        if (!TryAddFee(in taken, in _scaling[sell], out quote.AmountInUsed) || !FitsVault(sell, in quote.AmountInUsed))
            return QuoteStatus.Overflow;
        quote.AmountOut = amountOut;
        quote.Gas = SwapGas;
        return QuoteStatus.Exact;
    }

    protected override Pool CopyState()
    {
        BalancerWeightedPool copy = new(Facts, Id, Assets.ToArray());
        CopyStateTo(copy);
        return copy;
    }

    protected override bool TryTakeState(Pool original)
    {
        ((BalancerWeightedPool)original).CopyStateTo(this);
        return true;
    }

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        WeightedCurve curve = CurveOf(sell, buy);
        return CurveFitter.Write(in curve, curve.Scale, curve.Scale * MostOfBalance, Kept, segments, most);
    }

    protected override bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        WeightedCurve curve = CurveOf(sell, buy);
        return CurveCeiling.TryOver(in curve, curve.Scale, curve.Scale * MostOfBalance, payable: 0, Kept, out ceiling);
    }

    public override double SpotRate(AssetId sell, AssetId buy)
    {
        double depth = DepthOf(sell);
        return depth > 0 && sell != buy ? DepthOf(buy) / depth : 0;
    }

    /// <summary>Balance over weight, against the mean weight: for two equal weights the balance itself.</summary>
    public override double DepthOf(AssetId asset)
    {
        int index = IndexOf(asset);
        return IsReady && index >= 0 ? (double)Balances[index] * 1e18 / ((double)WeightOf(index) * Balances.Length) : 0;
    }

    // The most x with x - ceil(x * fee) at or below what the ratio allows: floor(x * kept) is that difference.
    private protected override UInt256 CapacityOfCurve(int sell, int buy)
    {
        UInt256 kept = FixedPoint.Complement(Fee);
        if (Balances[sell].IsZero || Balances[buy].IsZero
            || !FixedPoint.TryMulDown(Balances[sell], _scaling[sell], out UInt256 balance)
            || !FixedPoint.TryMulDown(balance, WeightedMath.MostRatio, out UInt256 most)
            || !FixedPoint.TryDivDown(most, _scaling[sell], out UInt256 units)
            || !UInt256.TryMulDivRoundingUp(UInt256.WrappingAdd(units, UInt256.One), FixedPoint.One, kept, out UInt256 beyond))
            return UInt256.Zero;
        return UInt256.WrappingSubtract(beyond, UInt256.One);
    }

    private protected override void AppendParameterCalls(List<byte[]> calls) => calls.Add(VaultCalls.GetNormalizedWeights.Call());

    private protected override bool TryReadParameters(ReadOnlySpan<byte[]> answers, Span<UInt256> parameters, out string? refusal)
    {
        refusal = null;
        if (answers.Length != 1 || VaultCalls.ReadNumbers(answers[0]) is not { } weights || weights.Length != Balances.Length
            || weights.Any(weight => weight.IsZero || weight >= FixedPoint.One))
            return false;
        weights.CopyTo(parameters[FirstWeight..]);
        return true;
    }

    private protected override void Refresh()
    {
    }

    private WeightedCurve CurveOf(int sell, int buy) =>
        new((double)Balances[sell], (double)Balances[buy], (double)WeightOf(sell) / (double)WeightOf(buy));

    private UInt256 WeightOf(int index) => Parameters[FirstWeight + index];

    private bool TryMath(int sell, int buy, out WeightedMath math)
    {
        bool fits = FixedPoint.TryMulDown(Balances[sell], _scaling[sell], out UInt256 balanceIn)
            & FixedPoint.TryMulDown(Balances[buy], _scaling[buy], out UInt256 balanceOut);
        math = new WeightedMath(balanceIn, WeightOf(sell), balanceOut, WeightOf(buy), _hasPowerShortcuts);
        return fits;
    }
}
