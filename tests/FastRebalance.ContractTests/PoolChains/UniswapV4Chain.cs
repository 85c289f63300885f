using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using static FastRebalance.ContractTests.PoolChains.MadeUpWords;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>A manager's storage with one pool: 0.3 %, spacing 60, at one token 1 per token 0, and one position over the ticks -120..120.</summary>
internal static class UniswapV4Chain
{
    private const ulong Fee = 3_000;
    private const ulong Spacing = 60;

    private static readonly UInt256 s_pool = Hashed(Hashed(0x10, 0x11, Fee, Spacing, 0), 6);

    public static readonly IReadOnlyDictionary<string, string> Parameters = new Dictionary<string, string>
    {
        ["currency0"] = "0x0000000000000000000000000000000000000010",
        ["currency1"] = "0x0000000000000000000000000000000000000011",
        ["fee"] = "3000",
        ["tickSpacing"] = "60",
    };

    private static readonly Dictionary<UInt256, UInt256> s_storage = new()
    {
        [s_pool] = (UInt256.One << 96) | ((UInt256)Fee << 208),
        [s_pool + 3] = (ulong)Deep,
        [Hashed(0, s_pool + 5)] = UInt256.One << 2,
        [Hashed(Negative(1), s_pool + 5)] = UInt256.One << 254,
        [Hashed(120, s_pool + 4)] = (UInt256)(ulong)Deep | (Negative((ulong)Deep) << 128),
        [Hashed(Negative(120), s_pool + 4)] = (UInt256)(ulong)Deep | ((UInt256)(ulong)Deep << 128),
    };

    public static byte[] Answer(byte[] call) => SelectorOf(call) == 0x1e2eaeaf
        ? Words(s_storage.GetValueOrDefault(UInt256.ReadBigEndian(call.AsSpan(4))))
        : throw new InvalidOperationException($"no answer for {Convert.ToHexStringLower(call)}: add it here");

    private static UInt256 Negative(UInt256 value) => UInt256.WrappingSubtract(UInt256.Zero, value);

    private static UInt256 Hashed(params UInt256[] words) => UInt256.ReadBigEndian(Keccak256.Hash(Words(words)).Span);
}
