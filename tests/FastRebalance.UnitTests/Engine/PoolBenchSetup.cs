using FastRebalance.Hosting;

namespace FastRebalance.UnitTests.Engine;

/// <summary>The bench's pools, as a journal would name them.</summary>
internal static class PoolBenchSetup
{
    public static ResolvedSetup Of(PoolBench bench) => new()
    {
        ChainId = 31337,
        Epoch = 1,
        Account = AddressOf(0xaa),
        Router = AddressOf(0xf1),
        Numeraire = "USDC",
        Native = "WETH",
        Assets = [new("WETH", AddressOf(1), 18), new("WBTC", AddressOf(2), 8), new("USDC", AddressOf(3), 6)],
        Pools = [.. bench.Pools.Select(p => new ResolvedPool(
            p.Kind, AddressOf(0x10 + p.Id.Index), AddressOf(p.Asset0.Value), AddressOf(p.Asset1.Value), p.FeePips, 0))],
    };

    private static string AddressOf(int number) => $"0x{number:x40}";
}
