using FastRebalance.Amm.Abi;

namespace FastRebalance.Amm.Solidly;

/// <summary>What is called on and logged by a pool of Velodrome's and Aerodrome's second version, its factory and its tokens.</summary>
internal static class SolidlyCalls
{
    public static readonly AbiFunction Token0 = new("token0()", 0x0dfe1681);
    public static readonly AbiFunction Token1 = new("token1()", 0xd21220a7);
    public static readonly AbiFunction IsStable = new("stable()", 0x22be3de1);
    public static readonly AbiFunction Factory = new("factory()", 0xc45a0155);
    public static readonly AbiFunction GetFee = new("getFee(address,bool)", 0xcc56b2c5);
    public static readonly AbiFunction Decimals = new("decimals()", 0x313ce567);
    public static readonly AbiFunction GetReserves = new("getReserves()", 0x0902f1ac);
    public static readonly AbiFunction Swap = new("swap(uint256,uint256,address,bytes)", 0x022c0d9f);
    public static readonly AbiEvent Sync =
        new("Sync(uint256,uint256)", "0xcf2aa50876cdfbb541206f89af0ee78d44a2abf8d328e37fa4917f982149848a");
}
