using FastRebalance.Core.Assets;
using static FastRebalance.ContractTests.PoolChains.MadeUpWords;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>
/// A composable pool of two tokens with 6 decimals, 10^15 deep, amplification 200, fee 0.3 %; its share token, 0xaa, comes last in the vault.
/// </summary>
internal static class BalancerStableChain
{
    private static readonly UInt256 Scaling = UInt256.PowerOfTen(30);

    public static byte[] Answer(byte[] call) => SelectorOf(call) switch
    {
        0x38fff2d0 => Words(0x77),
        0x8d928af8 => Words(0xba),
        0x55c67628 => Words(Unit * 3 / 1_000),
        0x6daccffa => Words(200_000, 0, 1_000),
        0x1dd746ea => Array(Scaling, Scaling, Unit),
        0x82687a56 => Words(2),
        0xb35056b8 => Words(0),
        0xf94d4668 => Words(96, 224, 1, 3, 0x10, 0x11, 0xaa, 3, Deep, Deep, UInt256.One << 111),
        0x313ce567 => Words(6),
        0x1c0de051 => Words(0, 1, 2),
        _ => throw new InvalidOperationException($"no answer for {Convert.ToHexStringLower(call)}: add it here"),
    };
}
