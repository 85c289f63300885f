using FastRebalance.Amm.Abi;
using FastRebalance.Amm.Balancer;
using FastRebalance.Amm.Curves;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A stable pool of Balancer's V2 vault: composable, or one of 2021 without a share token in the vault. Quotes equal <c>onSwap</c> with the
/// scaling factors, hence the token rates, that the pool has cached. The share token is no asset of the pool here: to swap it is to join
/// or exit. A pool whose amplification is moving is not quoted.
/// </summary>
/// <remarks>
/// A cached rate that has run out is renewed by the next swap itself, before it is priced. Quotes are exact while the caches last, and again
/// from the log of the renewal on.
/// </remarks>
public sealed class BalancerStablePool : BalancerPool
{
    public const string KindName = "balancer-composable-stable";

    /// <summary>The index of the amplification among the parameters.</summary>
    internal const int Amplification = 1;

    /// <summary>The index of the first token's scaling factor among the parameters.</summary>
    internal const int FirstScaling = 2;

    /// <summary>What a swap of two plain tokens uses in vault and pool, both transfers included.</summary>
    private const uint SwapGas = 135_000;

    private readonly bool _isOlder;

    // Derived from the state, once for each.
    private readonly UInt256[] _scaled;
    private readonly double[] _real;
    private UInt256 _invariant;
    private bool _hasInvariant;

    public BalancerStablePool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets)
        : base(facts, id, assets, FirstScaling + facts.TokenCount)
    {
        _isOlder = BalancerParameters.IsOlder(facts);
        _scaled = new UInt256[facts.TokenCount];
        _real = new double[facts.TokenCount];
    }

    public override uint TypicalGas => SwapGas;

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        if (!_hasInvariant)
            return QuoteStatus.InsufficientLiquidity;
        Span<UInt256> balances = stackalloc UInt256[MaxAssets];
        balances = balances[.._scaled.Length];
        _scaled.CopyTo(balances);
        if (!TryTakeFee(in amountIn, in ScalingOf(sell), out UInt256 scaled)
            || !UInt256.TryAdd(balances[sell], scaled, out balances[sell])
            || !StableMath.TryBalance(in Parameters[Amplification], balances, in _invariant, buy, out UInt256 left)
            || !FitsVault(sell, in amountIn))
            return QuoteStatus.Overflow;

        // The contract keeps a unit for the rounding, and reverts where there is none to keep.
        if (!UInt256.TrySubtract(balances[buy], left, out UInt256 paid) || !UInt256.TrySubtract(paid, UInt256.One, out paid))
            return QuoteStatus.ZeroOutput;
        if (!FixedPoint.TryDivDown(paid, ScalingOf(buy), out quote.AmountOut))
            return QuoteStatus.Overflow;
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        if (!_hasInvariant)
            return QuoteStatus.InsufficientLiquidity;
        Span<UInt256> balances = stackalloc UInt256[MaxAssets];
        balances = balances[.._scaled.Length];
        _scaled.CopyTo(balances);
        if (!FixedPoint.TryMulDown(amountOut, ScalingOf(buy), out UInt256 scaled))
            return QuoteStatus.Overflow;
        if (amountOut > Balances[buy] || !UInt256.TrySubtract(balances[buy], scaled, out balances[buy]) || balances[buy].IsZero)
            return QuoteStatus.InsufficientLiquidity;
        if (!StableMath.TryBalance(in Parameters[Amplification], balances, in _invariant, sell, out UInt256 needed)
            || !UInt256.TrySubtract(needed, balances[sell], out UInt256 taken)
            || !UInt256.TryAdd(taken, UInt256.One, out taken)
            || !TryAddFee(in taken, in ScalingOf(sell), out quote.AmountInUsed)
            || !FitsVault(sell, in quote.AmountInUsed))
            return QuoteStatus.Overflow;
        quote.AmountOut = amountOut;
        quote.Gas = SwapGas;
        return QuoteStatus.Exact;
    }

    protected override Pool CopyState()
    {
        BalancerStablePool copy = new(Facts, Id, Assets.ToArray());
        CopyStateTo(copy);
        return copy;
    }

    protected override bool TryTakeState(Pool original)
    {
        ((BalancerStablePool)original).CopyStateTo(this);
        return true;
    }

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        if (!_hasInvariant || _real[sell] <= 0 || _real[buy] <= 0)
            return 0;
        StableCurve curve = CurveOf(sell, buy);
        return CurveFitter.Write(in curve, curve.Scale, curve.End, Kept, segments, most);
    }

    protected override bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        ceiling = default;
        if (!_hasInvariant || _real[sell] <= 0 || _real[buy] <= 0)
            return false;
        StableCurve curve = CurveOf(sell, buy);
        return CurveCeiling.TryOver(in curve, curve.Scale, curve.End, curve.Payable, Kept, out ceiling);
    }

    public override double SpotRate(AssetId sell, AssetId buy)
    {
        (int from, int to) = (IndexOf(sell), IndexOf(buy));
        return IsReady && _hasInvariant && from >= 0 && to >= 0 && from != to ? CurveOf(from, to).Rate(0) : 0;
    }

    /// <summary>
    /// The reserve of the constant-product pool of two whose rate moves as much, were this one balanced; at the tokens' present rates.
    /// </summary>
    public override double DepthOf(AssetId asset)
    {
        int index = IndexOf(asset);
        if (!IsReady || !_hasInvariant || index < 0)
            return 0;
        int other = index == 0 ? 1 : 0;
        double rate = index == 0 ? 1 : CurveOf(index, other).Rate(0);
        return rate <= 0 ? 0 : (1 + RealAmplification / 2) * _real[0] / RealScaling(0) / rate;
    }

    private protected override UInt256 CapacityOfCurve(int sell, int buy) =>
        _hasInvariant && !Balances[buy].IsZero ? UInt256.MaxValue : UInt256.Zero;

    private protected override void AppendParameterCalls(List<byte[]> calls)
    {
        calls.Add(VaultCalls.GetAmplification.Call());
        calls.Add(VaultCalls.GetScalingFactors.Call());
        if (!_isOlder)
            calls.Add(VaultCalls.GetBptIndex.Call());
    }

    private protected override bool TryReadParameters(ReadOnlySpan<byte[]> answers, Span<UInt256> parameters, out string? refusal)
    {
        refusal = null;
        if (answers.Length != (_isOlder ? 2 : 3)
            || !AbiWords.TryReadUInt(answers[0], 0, 64, out parameters[Amplification]) || parameters[Amplification].IsZero
            || !AbiWords.TryReadUInt(answers[0], 1, 8, out UInt256 isUpdating)
            || !AbiWords.TryReadUInt(answers[0], 2, 64, out UInt256 precision) || precision != StableMath.AmplificationPrecision
            || VaultCalls.ReadNumbers(answers[1]) is not { } factors)
            return false;
        if (!isUpdating.IsZero)
            refusal = $"{this}: its amplification is moving, which cannot be quoted exactly";
        UInt256 shareToken = (ulong)factors.Length;
        if (!_isOlder && !AbiWords.TryReadUInt(answers[2], 0, 32, out shareToken))
            return false;
        int at = FirstScaling;
        for (int i = 0; i < factors.Length; i++)
        {
            if (shareToken == (ulong)i)
                continue;
            if (at == parameters.Length || factors[i].IsZero)
                return false;
            parameters[at++] = factors[i];
        }
        return at == parameters.Length && refusal is null;
    }

    private protected override bool IsReset(in Hash32 topic) =>
        topic == VaultCalls.AmplificationUpdateStarted.Topic || topic == VaultCalls.AmplificationUpdateStopped.Topic
        || topic == VaultCalls.TokenRateUpdated.Topic || topic == VaultCalls.OlderTokenRateUpdated.Topic
        || topic == VaultCalls.PriceRateUpdated.Topic;

    private protected override void Refresh()
    {
        _hasInvariant = true;
        for (int i = 0; i < _scaled.Length; i++)
        {
            _hasInvariant &= FixedPoint.TryMulDown(Balances[i], ScalingOf(i), out _scaled[i]) && !_scaled[i].IsZero;
            _real[i] = (double)_scaled[i];
        }
        _hasInvariant = _hasInvariant && (_isOlder
            ? StableMath.TryOlderInvariant(in Parameters[Amplification], _scaled, out _invariant)
            : StableMath.TryInvariant(in Parameters[Amplification], _scaled, out _invariant));
    }

    private ref readonly UInt256 ScalingOf(int index) => ref Parameters[FirstScaling + index];

    private double RealScaling(int index) => (double)ScalingOf(index) / 1e18;

    // The contracts multiply the sum by A * n, where Curve's paper has A * n^n.
    private double RealAmplification => (double)Parameters[Amplification] / StableMath.AmplificationPrecision * _real.Length;

    private StableCurve CurveOf(int sell, int buy) => new(RealAmplification, _real, sell, buy, RealScaling(sell), RealScaling(buy));
}
