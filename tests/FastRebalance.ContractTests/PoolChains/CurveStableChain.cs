using static FastRebalance.ContractTests.PoolChains.MadeUpWords;

namespace FastRebalance.ContractTests.PoolChains;

/// <summary>A pool of two plain coins with 18 decimals, 10^15 deep, amplification 200 in hundredths, fee 0.3 %, half of it the admins'.</summary>
internal static class CurveStableChain
{
    public static byte[] Answer(byte[] call) => SelectorOf(call) switch
    {
        0xf446c1d0 => Words(200),
        0x76a2f0f0 => Words(20_000),
        0xddca3f43 => Words(30_000_000),
        0xfee3f7f9 => Words(5_000_000_000),
        0xc6610657 => call[^1] < 2 ? Words(0x10u + call[^1]) : [],
        0x4903b0d1 => call[^1] < 2 ? Words(Deep) : [],
        0x313ce567 => Words(18),
        0x23746eb8 or 0xb1373929 or 0x5d6362bb or 0xb9947eb0 or 0xb739953e or 0x8edfdd5f or 0xfd0684b1 => [],
        _ => throw new InvalidOperationException($"no answer for {Convert.ToHexStringLower(call)}: add it here"),
    };
}
