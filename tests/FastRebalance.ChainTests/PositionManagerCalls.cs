using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>Calls of Uniswap's position manager (v3-periphery, <c>INonfungiblePositionManager</c>), without limits and without a deadline.</summary>
internal static class PositionManagerCalls
{
    public static byte[] Increase(ulong token, UInt256 amount0, UInt256 amount1) =>
        CallData.Of("increaseLiquidity((uint256,uint256,uint256,uint256,uint256,uint256))", 6, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(token);
            writer.WriteUInt256(amount0);
            writer.WriteUInt256(amount1);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteUInt64(ulong.MaxValue);
        });

    public static byte[] Decrease(ulong token, UInt128 liquidity) =>
        CallData.Of("decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))", 5, (ref AbiWriter writer) =>
        {
            writer.WriteUInt64(token);
            writer.WriteUInt256(liquidity);
            writer.WriteUInt64(0);
            writer.WriteUInt64(0);
            writer.WriteUInt64(ulong.MaxValue);
        });

    public static byte[] Collect(ulong token, Address to, UInt128 most) => CallData.Of("collect((uint256,address,uint128,uint128))", 4, (ref AbiWriter writer) =>
    {
        writer.WriteUInt64(token);
        writer.WriteAddress(to);
        writer.WriteUInt256(most);
        writer.WriteUInt256(most);
    });
}
