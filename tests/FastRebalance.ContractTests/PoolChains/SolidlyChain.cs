using static FastRebalance.ContractTests.PoolChains.MadeUpWords;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>A pool of two tokens with 6 decimals, 10^15 deep, fee 30 basis points.</summary>
internal static class SolidlyChain
{
    public static byte[] Answer(byte[] call, bool isStable) => SelectorOf(call) switch
    {
        0x22be3de1 => Words(isStable ? 1u : 0u),
        0xc45a0155 => Words(0xfa),
        0xcc56b2c5 => call[35] == 0xaa && call[67] == (isStable ? 1 : 0) ? Words(30) : [],
        0x313ce567 => Words(6),
        0x0902f1ac => Words(Deep, Deep, 1_700_000_000),
        _ => throw new InvalidOperationException($"no answer for {Convert.ToHexStringLower(call)}: add it here"),
    };
}
