namespace FastRebalance.Native;

/// <summary>
/// Exact quotes of many pools in one call, by the C library: amounts and refusals are those of the contracts. Nothing here allocates or
/// keeps state; any thread may call.
/// </summary>
public static unsafe partial class AmmQuotes
{
    private static readonly string? s_whyNot = Probe();

    /// <summary>True where the library is found, speaks this version and was built with integers of 128 bits.</summary>
    /// <param name="why">What is in the way and what to do about it; empty when available.</param>
    public static bool IsAvailable(out string why)
    {
        why = s_whyNot ?? "";
        return s_whyNot is null;
    }

    /// <summary>
    /// Quotes constant-product pools: floor(in * kept * reserveOut / (reserveIn * whole + in * kept)), with an overflow where the pair's
    /// balance would leave 112 bits.
    /// </summary>
    /// <param name="requests">In any order.</param>
    /// <param name="quotes">Takes one per request.</param>
    /// <returns><see cref="QuoteBatchStatus.Ready"/> when every quote has its status, else why nothing was quoted.</returns>
    public static QuoteBatchStatus QuoteV2(ReadOnlySpan<V2QuoteRequest> requests, Span<V2Quote> quotes)
    {
        if (s_whyNot is not null) return QuoteBatchStatus.LibraryMissing;
        // Safe: every span stays pinned for the call, its own length goes with it, and native code keeps no pointer after it returns.
        fixed (V2QuoteRequest* requestsPointer = requests)
        fixed (V2Quote* quotesPointer = quotes)
            return (QuoteBatchStatus)fr_quote_v2_batch(quotesPointer, (nuint)quotes.Length, requestsPointer, (nuint)requests.Length);
    }

    /// <summary>Quotes concentrated pools by the loop of <c>UniswapV3Pool.swap</c> over given stops, with the contract's roundings.</summary>
    /// <param name="requests">In any order.</param>
    /// <param name="stops">Of all requests.</param>
    /// <param name="quotes">Takes one per request; a bad request also where a stop on the way is out of range or behind.</param>
    /// <returns><see cref="QuoteBatchStatus.Ready"/> when every quote has its status, else why nothing was quoted.</returns>
    public static QuoteBatchStatus QuoteV3(ReadOnlySpan<V3QuoteRequest> requests, ReadOnlySpan<V3Stop> stops, Span<V3Quote> quotes)
    {
        if (s_whyNot is not null) return QuoteBatchStatus.LibraryMissing;
        // Safe: as above.
        fixed (V3QuoteRequest* requestsPointer = requests)
        fixed (V3Stop* stopsPointer = stops)
        fixed (V3Quote* quotesPointer = quotes)
            return (QuoteBatchStatus)fr_quote_v3_batch(
                quotesPointer, (nuint)quotes.Length, requestsPointer, (nuint)requests.Length, stopsPointer, (nuint)stops.Length);
    }

    private static string? Probe()
    {
        if (!PathSearch.IsAvailable(out string why))
            return why;
        return (QuoteBatchStatus)fr_quote_v2_batch(null, 0, null, 0) == QuoteBatchStatus.Unsupported
            ? "libfastrebalance was built without integers of 128 bits: build it again with gcc or clang for a 64-bit machine"
            : null;
    }
}
