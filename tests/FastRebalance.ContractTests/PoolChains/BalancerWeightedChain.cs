using static FastRebalance.ContractTests.PoolChains.MadeUpWords;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>A weighted pool of two tokens with 18 decimals, half and half, 10^15 deep, fee 0.3 %.</summary>
internal static class BalancerWeightedChain
{
    public static byte[] Answer(byte[] call) => SelectorOf(call) switch
    {
        0x38fff2d0 => Words(0x77),
        0x8d928af8 => Words(0xba),
        0x55c67628 => Words(Unit * 3 / 1_000),
        0xf89f27ed => Array(Unit / 2, Unit / 2),
        0xb35056b8 => Words(0),
        0x7beed220 => [],
        0xf94d4668 => Words(96, 192, 1, 2, 0x10, 0x11, 2, Deep, Deep),
        0x313ce567 => Words(18),
        0x1c0de051 => Words(0, 1, 2),
        _ => throw new InvalidOperationException($"no answer for {Convert.ToHexStringLower(call)}: add it here"),
    };
}
