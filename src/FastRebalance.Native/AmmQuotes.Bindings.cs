using System.Runtime.InteropServices;

namespace FastRebalance.Native;

// The C functions by their C names (fastrebalance.h).
public static unsafe partial class AmmQuotes
{
    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_quote_v2_batch(V2Quote* quotes, nuint quotesCap, V2QuoteRequest* requests, nuint requestCount);

    [LibraryImport(NativeLibraries.FastRebalance)]
    private static partial int fr_quote_v3_batch(
        V3Quote* quotes, nuint quotesCap,
        V3QuoteRequest* requests, nuint requestCount,
        V3Stop* stops, nuint stopCount);
}
