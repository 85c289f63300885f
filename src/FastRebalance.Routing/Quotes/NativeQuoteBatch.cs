using FastRebalance.Native;

namespace FastRebalance.Routing.Quotes;

/// <summary>
/// Quotes by the C library, since C divides numbers of 128 bits at less cost: about a third of the managed twin's time for constant
/// products, a half for one range of a concentrated pool or for one quote at a time. The benchmarks of QuoteBatch measure it.
/// </summary>
public sealed class NativeQuoteBatch : IQuoteBatch
{
    /// <exception cref="InvalidOperationException">The library is missing or cannot quote; the message says what to do.</exception>
    public NativeQuoteBatch()
    {
        if (!AmmQuotes.IsAvailable(out string why))
            throw new InvalidOperationException(why);
        // The runtime looks an import up, and allocates for it, at its first call: here, and not on the hot thread.
        TryQuoteV2([], []);
        TryQuoteV3([], [], []);
    }

    public string Name => "native";

    public bool TryQuoteV2(ReadOnlySpan<V2QuoteRequest> requests, Span<V2Quote> quotes) =>
        AmmQuotes.QuoteV2(requests, quotes) == QuoteBatchStatus.Ready;

    public bool TryQuoteV3(ReadOnlySpan<V3QuoteRequest> requests, ReadOnlySpan<V3Stop> stops, Span<V3Quote> quotes) =>
        AmmQuotes.QuoteV3(requests, stops, quotes) == QuoteBatchStatus.Ready;
}
