using FastRebalance.Amm;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Native;

namespace FastRebalance.Routing.Quotes;

/// <summary>The same quotes in plain C#, for machines without the native library, by the arithmetic that the pools themselves use.</summary>
public sealed class ManagedQuoteBatch : IQuoteBatch
{
    private const int PriceBits = 160;

    public string Name => "managed";

    public bool TryQuoteV2(ReadOnlySpan<V2QuoteRequest> requests, Span<V2Quote> quotes)
    {
        if (quotes.Length < requests.Length)
            return false;
        for (int i = 0; i < requests.Length; i++)
        {
            quotes[i] = default;
            quotes[i].Status = Quote(in requests[i], out quotes[i].AmountOut);
        }
        return true;
    }

    public bool TryQuoteV3(ReadOnlySpan<V3QuoteRequest> requests, ReadOnlySpan<V3Stop> stops, Span<V3Quote> quotes)
    {
        if (quotes.Length < requests.Length)
            return false;
        for (int i = 0; i < requests.Length; i++)
        {
            quotes[i] = default;
            quotes[i].Status = Quote(in requests[i], stops, ref quotes[i]);
        }
        return true;
    }

    private static NativeQuoteStatus Quote(in V2QuoteRequest request, out UInt128 amountOut)
    {
        amountOut = 0;
        if (request.ReserveIn > ConstantProduct.MaxReserve || request.ReserveOut > ConstantProduct.MaxReserve
            || request.FeeKept == 0 || request.FeeKept > request.FeeWhole || request.FeeWhole > PoolFacts.PipsPerUnit)
            return NativeQuoteStatus.BadRequest;
        UInt256 amountIn = ToUInt256(in request.AmountIn);
        if (amountIn.IsZero)
            return NativeQuoteStatus.ZeroAmount;
        QuoteStatus status = ConstantProduct.QuoteExactIn(
            request.ReserveIn, request.ReserveOut, request.FeeKept, request.FeeWhole, in amountIn, out UInt256 output);
        if (status == QuoteStatus.Exact)
            amountOut = (UInt128)output;
        return StatusOf(status);
    }

    private static NativeQuoteStatus Quote(in V3QuoteRequest request, ReadOnlySpan<V3Stop> stops, ref V3Quote quote)
    {
        UInt256 price = ToUInt256(in request.Price);
        if (!IsPrice(in price) || request.FeePips >= PoolFacts.PipsPerUnit || request.FirstStop < 0 || request.StopCount < 0
            || request.FirstStop > stops.Length || request.StopCount > stops.Length - request.FirstStop)
            return NativeQuoteStatus.BadRequest;
        UInt256 amountIn = ToUInt256(in request.AmountIn);
        if (amountIn.IsZero)
            return NativeQuoteStatus.ZeroAmount;
        if (amountIn.Limb3 >> 63 != 0) // the contract takes a signed amount
            return NativeQuoteStatus.Overflow;

        bool sellsToken0 = request.SellsToken0 != 0;
        ConcentratedWalk walk = new(price, request.Liquidity, amountIn);
        int at = 0;
        while (at < request.StopCount && !walk.Remaining.IsZero)
        {
            ref readonly V3Stop stop = ref stops[request.FirstStop + at];
            UInt256 stopPrice = ToUInt256(in stop.Price);
            if (!IsPrice(in stopPrice) || (sellsToken0 ? stopPrice > walk.Price : stopPrice < walk.Price))
                return NativeQuoteStatus.BadRequest;
            if (!walk.TryAdvance(in stopPrice, stop.Net, sellsToken0, request.FeePips, out bool passed))
                return NativeQuoteStatus.Overflow;
            at += passed ? 1 : 0;
        }
        quote.AmountOut = ToWide(in walk.AmountOut);
        quote.AmountInUsed = ToWide(UInt256.WrappingSubtract(amountIn, walk.Remaining));
        quote.StopsPassed = at;
        return !walk.Remaining.IsZero ? NativeQuoteStatus.InsufficientLiquidity
            : walk.AmountOut.IsZero ? NativeQuoteStatus.ZeroOutput
            : NativeQuoteStatus.Exact;
    }

    private static bool IsPrice(in UInt256 price) => !price.IsZero && price.BitLength <= PriceBits;

    private static NativeQuoteStatus StatusOf(QuoteStatus status) => status switch
    {
        QuoteStatus.Exact => NativeQuoteStatus.Exact,
        QuoteStatus.ZeroOutput => NativeQuoteStatus.ZeroOutput,
        QuoteStatus.InsufficientLiquidity => NativeQuoteStatus.InsufficientLiquidity,
        QuoteStatus.Overflow => NativeQuoteStatus.Overflow,
        _ => NativeQuoteStatus.Unquoted,
    };

    private static UInt256 ToUInt256(in Wide256 wide) => new(wide.Limb0, wide.Limb1, wide.Limb2, wide.Limb3);

    private static Wide256 ToWide(in UInt256 number) => new(number.Limb0, number.Limb1, number.Limb2, number.Limb3);
}
