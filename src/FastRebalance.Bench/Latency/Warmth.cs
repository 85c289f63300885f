namespace FastRebalance.Bench.Latency;

/// <summary>How long a fresh process is slower than it will be.</summary>
internal static class Warmth
{
    /// <summary>Prices whose median is one reading.</summary>
    public const int Block = 1_000;

    private const int BlocksInARow = 5;
    private const double NearSteady = 1.5;

    /// <summary>
    /// Prices from the first one on until the median of each of five blocks in a row is within one and a half times the steady median;
    /// null when that was never so.
    /// </summary>
    /// <param name="latenciesNs">In the order in which the prices were due.</param>
    /// <param name="steadyP50Ns">The median once all is warm.</param>
    public static long? PricesUntilSteady(ReadOnlySpan<long> latenciesNs, long steadyP50Ns)
    {
        Span<long> block = stackalloc long[Block];
        int inARow = 0;
        for (int start = 0; start + Block <= latenciesNs.Length; start += Block)
        {
            latenciesNs.Slice(start, Block).CopyTo(block);
            block.Sort();
            inARow = block[Block / 2] <= NearSteady * steadyP50Ns ? inARow + 1 : 0;
            if (inARow == BlocksInARow)
                return start - (BlocksInARow - 1) * Block;
        }
        return null;
    }
}
