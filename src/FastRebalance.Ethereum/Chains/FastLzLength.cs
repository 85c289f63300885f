using System.Buffers.Binary;

namespace FastRebalance.Ethereum.Chains;

/// <summary>
/// How long bytes become under FastLZ, level 1, without making them: what an OP-stack chain charges by since Fjord. The chain's clients count
/// with one fixed form of the algorithm, and this counts the same, byte for byte.
/// </summary>
/// <remarks>
/// A position is looked up by a hash of its next three bytes. Bytes that were not seen at most 8191 bytes before are literals: one
/// more byte for each 32 begun. A match of n bytes takes two bytes, or three from nine on, and three for every 262 in full.
/// </remarks>
internal static class FastLzLength
{
    private const int TableBits = 13;
    private const int Window = 1 << 13;
    private const int ShortestMatch = 3;
    private const int LiteralRun = 32;
    private const int LongestRun = 262;

    // A match is not begun in the last 13 bytes, and none reaches into the last four.
    private const int NoMatchTail = 13;
    private const int NoReachTail = 4;

    public static int Of(ReadOnlySpan<byte> bytes)
    {
        Span<int> table = stackalloc int[1 << TableBits];
        table.Clear();
        int length = 0, anchor = 0, at = 2;
        int limit = Math.Max(bytes.Length - NoMatchTail, 0);
        while (at < limit)
        {
            if (!FindMatch(bytes, table, ref at, limit, out int before))
                break;
            length += Literals(at - anchor);
            int run = Run(bytes, before + ShortestMatch, at + ShortestMatch);
            length += Match(run);
            at += run;
            Remember(bytes, table, at++);
            Remember(bytes, table, at++);
            anchor = at;
        }
        return length + Literals(bytes.Length - anchor);
    }

    /// <summary>Moves on to the next position whose three bytes stand shortly before as well.</summary>
    private static bool FindMatch(ReadOnlySpan<byte> bytes, Span<int> table, ref int at, int limit, out int before)
    {
        for (; at < limit; at++)
        {
            uint three = Three(bytes, at);
            ref int slot = ref table[Hash(three)];
            before = slot;
            slot = at;
            if (at - before < Window && Three(bytes, before) == three && at + 1 < limit)
                return true;
        }
        before = 0;
        return false;
    }

    // Equal bytes after the first three; the byte that differs counts as well, as the algorithm's own comparison has it.
    private static int Run(ReadOnlySpan<byte> bytes, int before, int at)
    {
        ReadOnlySpan<byte> here = bytes[at..^NoReachTail];
        int equal = here.CommonPrefixLength(bytes[before..]);
        return equal < here.Length ? equal + 1 : equal;
    }

    private static int Match(int run)
    {
        int rest = run - 1;
        return rest / LongestRun * 3 + (rest % LongestRun >= 6 ? 3 : 2);
    }

    private static int Literals(int count) => count + (count + LiteralRun - 1) / LiteralRun;

    private static void Remember(ReadOnlySpan<byte> bytes, Span<int> table, int at) => table[Hash(Three(bytes, at))] = at;

    private static uint Three(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) | (uint)bytes[at + 2] << 16;

    private static int Hash(uint three) => (int)(unchecked(three * 2_654_435_769) >> (32 - TableBits));
}
