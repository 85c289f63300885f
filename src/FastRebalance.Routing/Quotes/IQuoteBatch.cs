using FastRebalance.Native;

namespace FastRebalance.Routing.Quotes;

/// <summary>
/// Exact quotes of many pools in one call, for plans that ask about hundreds of states at once. Every implementation gives the same units
/// and the same refusals, those of the pools' own quotes. Stateless: any thread may call; nothing is allocated.
/// </summary>
public interface IQuoteBatch
{
    /// <summary>"native" or "managed".</summary>
    string Name { get; }

    /// <summary>Quotes constant-product pools.</summary>
    /// <param name="requests">In any order.</param>
    /// <param name="quotes">Takes one per request.</param>
    /// <returns>False where there is not room for one quote per request; nothing is quoted then.</returns>
    bool TryQuoteV2(ReadOnlySpan<V2QuoteRequest> requests, Span<V2Quote> quotes);

    /// <summary>Quotes concentrated pools over given stops, as <see cref="FastRebalance.Amm.ConcentratedPool.WriteStops"/> writes them.</summary>
    /// <param name="requests">In any order.</param>
    /// <param name="stops">Of all requests.</param>
    /// <param name="quotes">Takes one per request; a bad request also where a stop on the way is out of range or behind.</param>
    /// <returns>False where there is not room for one quote per request; nothing is quoted then.</returns>
    bool TryQuoteV3(ReadOnlySpan<V3QuoteRequest> requests, ReadOnlySpan<V3Stop> stops, Span<V3Quote> quotes);
}
