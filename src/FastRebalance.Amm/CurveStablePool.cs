using System.Globalization;
using FastRebalance.Amm.Abi;
using FastRebalance.Amm.CurveFinance;
using FastRebalance.Amm.Curves;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;

namespace FastRebalance.Amm;

/// <summary>
/// A Curve pool of plain coins: 3pool and the pools from the classic template. Quotes equal <c>exchange()</c>, which in 3pool is not
/// <c>get_dy()</c> to the last unit. Exact out is not a swap that Curve has: the least input whose swap pays it.
/// </summary>
/// <remarks>
/// While the amplification is ramping it is that of the block of the snapshot; the comparison at every block brings the next. A coin that
/// takes a fee of its own on transfers is quoted as if it took none. Amounts that bring a balance to 2^128 at 18 decimals are refused.
/// </remarks>
public sealed class CurveStablePool : Pool
{
    public const string KindName = "curve-stable";

    /// <summary>Indices among the parameters: the fee, the part of it that is the admins', the amplification, then the rate of each coin.</summary>
    internal const int FeeParameter = 0;
    internal const int AdminFeeParameter = 1;
    internal const int AmplificationParameter = 2;
    internal const int FirstRate = 3;

    /// <summary>Names of the facts.</summary>
    internal const string PrecisionFact = "amplificationPrecision";
    internal const string SignedNumbersFact = "signedNumbers";

    /// <summary>What a swap of two plain tokens uses, both transfers included.</summary>
    private const uint SwapGas = 115_000;

    // How far below the least input of a bisection another may pay as much: the curve is a staircase that can step back by a unit or two.
    private const int StepsBack = 16;

    private static readonly UInt256 FeeUnit = UInt256.PowerOfTen(10);
    private static readonly UInt256 Unit = UInt256.PowerOfTen(18);
    private static readonly UInt256 MostScaled = UInt256.WrappingSubtract(UInt256.One << 128, UInt256.One);

    private readonly uint _precision;
    private readonly bool _hasSignedNumbers;
    private readonly UInt256[] _plainRates;
    private readonly UInt256[] _balances;
    private readonly UInt256[] _parameters;
    private readonly ulong _allSeen;
    private ulong _seen;

    // Derived from the state, once for each.
    private readonly UInt256[] _scaled;
    private readonly double[] _real;
    private UInt256 _invariant;
    private bool _hasInvariant;

    public CurveStablePool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets) : base(facts, id, assets)
    {
        string precision = FactParameters.Require(facts, PrecisionFact);
        if (!uint.TryParse(precision, NumberStyles.None, CultureInfo.InvariantCulture, out _precision) || _precision is not (1 or 100))
            throw new ArgumentException($"pool {facts.Address}: its amplification counts in parts of 1 or 100, found '{precision}'");
        _hasSignedNumbers = facts.Parameters.ContainsKey(SignedNumbersFact);
        _plainRates = FactParameters.ScalingFactors(facts);
        int coins = facts.TokenCount;
        _balances = new UInt256[coins];
        _scaled = new UInt256[coins];
        _real = new double[coins];
        _parameters = new UInt256[FirstRate + coins];
        _allSeen = (1UL << _balances.Length + _parameters.Length) - 1;
    }

    public override uint TypicalGas => SwapGas;

    /// <summary>Nothing of ours calls its <c>exchange</c> yet.</summary>
    public override bool TakesOrders => false;

    internal ReadOnlySpan<UInt256> Balances => _balances;

    internal UInt256 Invariant => _invariant;

    protected override bool HasState => _seen == _allSeen;

    protected override void Forget()
    {
        _seen = 0;
        Array.Clear(_balances);
        Array.Clear(_parameters);
    }

    protected override bool TryApplyState(in MarketEvent e)
    {
        bool isTaken = e.Kind switch
        {
            MarketEventKind.PoolBalance => TryTake(e.PoolValue, _balances, 0),
            MarketEventKind.PoolParameter => TryTake(e.PoolValue, _parameters, _balances.Length)
                && _parameters[FeeParameter] < FeeUnit && _parameters[AdminFeeParameter] <= FeeUnit,
            MarketEventKind.PoolSwap => TryFollow(in e.Swap),
            _ => false,
        };
        if (isTaken && HasState)
            Refresh();
        return isTaken;
    }

    protected override QuoteStatus QuoteIn(int sell, int buy, in UInt256 amountIn, out SwapQuote quote)
    {
        quote = default;
        QuoteStatus status = Paid(sell, buy, in amountIn, out UInt256 paid);
        if (status != QuoteStatus.Exact)
            return status;
        UInt256 kept = UInt256.WrappingSubtract(paid, FeeOf(in paid));
        if (!UInt256.TryMultiply(kept, Unit, out UInt256 inflated))
            return QuoteStatus.Overflow;
        quote.AmountOut = inflated / Rate(buy);
        quote.AmountInUsed = amountIn;
        quote.Gas = SwapGas;
        return quote.AmountOut.IsZero ? QuoteStatus.ZeroOutput : QuoteStatus.Exact;
    }

    protected override QuoteStatus QuoteOut(int sell, int buy, in UInt256 amountOut, out SwapQuote quote)
    {
        quote = default;
        if (!_hasInvariant || amountOut >= _balances[buy])
            return QuoteStatus.InsufficientLiquidity;
        UInt256 capacity = Capacity(sell, buy);
        UInt256 most = EstimateIn(sell, buy, in amountOut, in capacity);
        UInt256 least = UInt256.Zero;

        // The estimate may fall short: doubled, it soon does not.
        for (UInt256 step = UInt256.WrappingAdd(most >> 40, 4); !Pays(sell, buy, in most, in amountOut); step = step << 1)
        {
            if (most == capacity)
                return QuoteStatus.InsufficientLiquidity;
            least = most;
            most = UInt256.TryAdd(most, step, out most) ? UInt256.Min(most, capacity) : capacity;
        }

        // It may also be too much: a step down that grows finds an input that pays too little.
        for (UInt256 step = UInt256.WrappingAdd(most >> 40, 4); least.IsZero && step < most; step = step << 1)
        {
            UInt256 less = UInt256.WrappingSubtract(most, step);
            if (Pays(sell, buy, in less, in amountOut))
                most = less;
            else
                least = less;
        }
        while (UInt256.WrappingSubtract(most, least) > UInt256.One)
        {
            UInt256 middle = UInt256.WrappingAdd(least, UInt256.WrappingSubtract(most, least) >> 1);
            if (Pays(sell, buy, in middle, in amountOut))
                most = middle;
            else
                least = middle;
        }
        for (int i = 0; i < StepsBack && least > UInt256.One; i++)
        {
            least = UInt256.WrappingSubtract(least, UInt256.One);
            if (Pays(sell, buy, in least, in amountOut))
                most = least;
        }
        return QuoteIn(sell, buy, in most, out quote);
    }

    protected override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        if (!TryMove(sell, buy, in quote.AmountInUsed, in quote.AmountOut))
            _hasInvariant = false;
        else
            Refresh();
    }

    protected override Pool CopyState()
    {
        CurveStablePool copy = new(Facts, Id, Assets.ToArray());
        copy.TryTakeState(this);
        return copy;
    }

    protected override bool TryTakeState(Pool original)
    {
        CurveStablePool from = (CurveStablePool)original;
        from._balances.CopyTo(_balances, 0);
        from._parameters.CopyTo(_parameters, 0);
        _seen = from._seen;
        if (HasState)
            Refresh();
        return true;
    }

    protected override int Segments(int sell, int buy, Span<CurveSegment> segments, int most)
    {
        if (!_hasInvariant)
            return 0;
        StableCurve curve = CurveOf(sell, buy, Kept);
        return CurveFitter.Write(in curve, curve.Scale, curve.End, kept: 1, segments, most);
    }

    protected override bool TryCeiling(int sell, int buy, out SwapCurve ceiling)
    {
        ceiling = default;
        if (!_hasInvariant)
            return false;
        StableCurve curve = CurveOf(sell, buy, Kept);
        return CurveCeiling.TryOver(in curve, curve.Scale, curve.End, curve.Payable, kept: 1, out ceiling);
    }

    protected override UInt256 Capacity(int sell, int buy)
    {
        if (!_hasInvariant)
            return UInt256.Zero;
        UInt256 room = UInt256.WrappingSubtract(MostScaled, UInt256.Min(MostScaled, _scaled[sell]));
        UInt256.TryMulDiv(UInt256.WrappingAdd(room, UInt256.One), Unit, Rate(sell), out UInt256 beyond);
        return beyond.IsZero ? UInt256.Zero : UInt256.WrappingSubtract(beyond, IsWhole(in room, sell) ? UInt256.One : UInt256.Zero);
    }

    /// <summary>
    /// <c>exchange</c> on the pool itself, which pulls the input from the caller by allowance and pays the caller: the hop's recipient must
    /// be the caller.
    /// </summary>
    protected override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        target = Address;
        AbiCallWriter writer = new(data, CurveCalls.Exchange);
        writer.Write(sell);
        writer.Write(buy);
        writer.Write(hop.AmountIn);
        writer.Write(hop.MinimumOut);
        return writer.TryFinish(out length);
    }

    public override double SpotRate(AssetId sell, AssetId buy)
    {
        (int from, int to) = (IndexOf(sell), IndexOf(buy));
        return IsReady && _hasInvariant && from >= 0 && to >= 0 && from != to ? CurveOf(from, to, 1).Rate(0) : 0;
    }

    /// <summary>
    /// The reserve of the constant-product pool of two whose rate moves as much, were this one balanced; at the coins' present rates.
    /// </summary>
    public override double DepthOf(AssetId asset)
    {
        int index = IndexOf(asset);
        if (!IsReady || !_hasInvariant || index < 0)
            return 0;
        double rate = index == 0 ? 1 : CurveOf(index, 0, 1).Rate(0);
        return rate <= 0 ? 0 : (1 + RealAmplification / 2) * (double)_balances[0] / rate;
    }

    public override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.IsEmpty)
            return false;
        e.Subject = Id.Value;
        if (topics[0] == CurveCalls.TokenExchange.Topic)
            return topics.Length == 2 && TryReadExchange(data, ref e);
        e.Kind = MarketEventKind.PoolReset;
        foreach (AbiEvent reset in CurveCalls.Resets)
            if (topics[0] == reset.Topic)
                return true;
        return false;
    }

    public override IPoolSnapshot BeginSnapshot() => new NumbersSnapshot(this, _balances.Length, _parameters.Length, FailureOf);

    public override void AppendReconcileCalls(List<PoolCall> calls)
    {
        calls.Add(new PoolCall(Address, CurveCalls.Fee.Call()));
        calls.Add(new PoolCall(Address, CurveCalls.AdminFee.Call()));
        calls.Add(new PoolCall(Address, (_precision == 1 ? CurveCalls.Amplification : CurveCalls.AmplificationPrecise).Call()));
        for (int i = 0; i < _balances.Length; i++)
            calls.Add(new PoolCall(Address, CurveCalls.At(_hasSignedNumbers ? CurveCalls.SignedBalances : CurveCalls.Balances, i)));
    }

    public override bool Reconciles(IReadOnlyList<byte[]> results)
    {
        var balances = new UInt256[_balances.Length];
        var parameters = new UInt256[_parameters.Length];
        return HasState && FailureOf(results, balances, parameters) is null
            && balances.AsSpan().SequenceEqual(_balances) && parameters.AsSpan().SequenceEqual(_parameters);
    }

    /// <summary>Scaled units paid before the fee.</summary>
    internal QuoteStatus Paid(int sell, int buy, in UInt256 amountIn, out UInt256 paid)
    {
        paid = default;
        if (!_hasInvariant)
            return QuoteStatus.InsufficientLiquidity;
        if (!UInt256.TryMultiply(amountIn, Rate(sell), out UInt256 held) || !UInt256.TryAdd(_scaled[sell], held / Unit, out held)
            || held > MostScaled
            || !StableSwapMath.TryBalance(
                in _parameters[AmplificationParameter], _precision, _scaled, in _invariant, sell, in held, buy, out UInt256 left))
            return QuoteStatus.Overflow;

        // The contract keeps a unit for the rounding, and reverts where there is none to keep.
        return UInt256.TrySubtract(_scaled[buy], left, out paid) && UInt256.TrySubtract(paid, UInt256.One, out paid)
            ? QuoteStatus.Exact : QuoteStatus.ZeroOutput;
    }

    internal UInt256 FeeOf(in UInt256 paid)
    {
        UInt256.TryMulDiv(paid, _parameters[FeeParameter], FeeUnit, out UInt256 fee);
        return fee;
    }

    private UInt256 Rate(int index) => _parameters[FirstRate + index];

    /// <summary>What the fee leaves of what is paid, for curves.</summary>
    private double Kept => 1 - (double)_parameters[FeeParameter] / (double)FeeUnit;

    private double RealAmplification => (double)_parameters[AmplificationParameter] / _precision * _real.Length;

    private bool IsWhole(in UInt256 room, int sell) =>
        UInt256.TryMultiply(UInt256.WrappingAdd(room, UInt256.One), Unit, out UInt256 product) && (product % Rate(sell)).IsZero;

    private StableCurve CurveOf(int sell, int buy, double kept) => new(
        RealAmplification, _real, sell, buy, (double)Rate(sell) / 1e18, (double)Rate(buy) / 1e18 / kept);

    private bool Pays(int sell, int buy, in UInt256 amountIn, in UInt256 amountOut) =>
        QuoteIn(sell, buy, in amountIn, out SwapQuote quote) == QuoteStatus.Exact && quote.AmountOut >= amountOut;

    /// <summary>The input that the invariant asks for what is paid and its fee; a unit or a few off the least.</summary>
    private UInt256 EstimateIn(int sell, int buy, in UInt256 amountOut, in UInt256 capacity)
    {
        UInt256 kept = UInt256.WrappingSubtract(FeeUnit, _parameters[FeeParameter]);
        if (!UInt256.TryMulDivRoundingUp(amountOut, Rate(buy), Unit, out UInt256 paid)
            || !UInt256.TryMulDivRoundingUp(paid, FeeUnit, kept, out paid)
            || !UInt256.TrySubtract(_scaled[buy], paid, out UInt256 left) || left.IsZero
            || !StableSwapMath.TryBalance(
                in _parameters[AmplificationParameter], _precision, _scaled, in _invariant, buy, in left, sell, out UInt256 held)
            || !UInt256.TrySubtract(held, _scaled[sell], out UInt256 taken)
            || !UInt256.TryMulDivRoundingUp(taken, Unit, Rate(sell), out UInt256 units))
            return UInt256.Min(UInt256.One, capacity);
        return UInt256.Min(UInt256.Max(units, UInt256.One), capacity);
    }

    private bool TryTake(in PoolValue value, UInt256[] into, int firstBit)
    {
        if (value.Index >= into.Length)
            return false;
        into[value.Index] = value.Value;
        _seen |= 1UL << firstBit + value.Index;
        return true;
    }

    // The log does not tell the admins' part: the swap is worked out again, and must pay what was logged.
    private bool TryFollow(in PoolSwap swap) =>
        HasState && swap.InIndex < _balances.Length && swap.OutIndex < _balances.Length && swap.InIndex != swap.OutIndex
        && TryMove(swap.InIndex, swap.OutIndex, in swap.AmountIn, in swap.AmountOut);

    private bool TryMove(int sell, int buy, in UInt256 amountIn, in UInt256 amountOut)
    {
        if (Paid(sell, buy, in amountIn, out UInt256 paid) != QuoteStatus.Exact
            || !UInt256.TryMulDiv(UInt256.WrappingSubtract(paid, FeeOf(in paid)), Unit, Rate(buy), out UInt256 expected)
            || expected != amountOut
            || !UInt256.TryMulDiv(FeeOf(in paid), _parameters[AdminFeeParameter], FeeUnit, out UInt256 admins)
            || !UInt256.TryMulDiv(admins, Unit, Rate(buy), out admins)
            || !UInt256.TryAdd(amountOut, admins, out UInt256 gone)
            || !UInt256.TrySubtract(_balances[buy], gone, out UInt256 left)
            || !UInt256.TryAdd(_balances[sell], amountIn, out UInt256 held))
            return false;
        (_balances[sell], _balances[buy]) = (held, left);
        return true;
    }

    private void Refresh()
    {
        _hasInvariant = true;
        for (int i = 0; i < _scaled.Length; i++)
        {
            _hasInvariant &= UInt256.TryMultiply(Rate(i), _balances[i], out UInt256 product) && !Rate(i).IsZero;
            _scaled[i] = product / Unit;
            _hasInvariant &= !_scaled[i].IsZero && _scaled[i] <= MostScaled;
            _real[i] = (double)_scaled[i];
        }
        _hasInvariant = _hasInvariant
            && StableSwapMath.TryInvariant(in _parameters[AmplificationParameter], _precision, _scaled, out _invariant);
    }

    private bool TryReadExchange(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (data.Length != 4 * AbiWords.WordLength
            || !AbiWords.TryReadUInt(data, 0, 8, out UInt256 sold) || sold.Limb0 >= (ulong)_balances.Length
            || !AbiWords.TryReadUInt(data, 1, 256, out UInt256 amountIn)
            || !AbiWords.TryReadUInt(data, 2, 8, out UInt256 bought) || bought.Limb0 >= (ulong)_balances.Length || sold == bought
            || !AbiWords.TryReadUInt(data, 3, 256, out UInt256 amountOut))
            return false;
        e.Kind = MarketEventKind.PoolSwap;
        e.Swap = new PoolSwap { AmountIn = amountIn, AmountOut = amountOut, InIndex = (byte)sold.Limb0, OutIndex = (byte)bought.Limb0 };
        return true;
    }

    private string? FailureOf(IReadOnlyList<byte[]> results, UInt256[] balances, UInt256[] parameters)
    {
        if (results.Count != FirstRate + balances.Length)
            return $"{this}: {FirstRate + balances.Length} answers are wanted, found {results.Count}";
        for (int i = 0; i < FirstRate; i++)
            if (!AbiWords.TryReadUInt(results[i], 0, 64, out parameters[i]))
                return $"{this}: fee(), admin_fee() and the amplification did not answer numbers of 64 bits";
        if (parameters[FeeParameter] >= FeeUnit || parameters[AdminFeeParameter] > FeeUnit || parameters[AmplificationParameter].IsZero)
            return $"{this}: its fees are no parts of one, or its amplification is zero";
        for (int i = 0; i < balances.Length; i++)
            if (!AbiWords.TryReadUInt(results[FirstRate + i], 0, 128, out balances[i]))
                return $"{this}: balances({i}) did not answer a balance of 128 bits";
        _plainRates.CopyTo(parameters, FirstRate);
        return null;
    }
}
