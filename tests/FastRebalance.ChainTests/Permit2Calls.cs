using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.ChainTests;

/// <summary>Calls of Permit2's allowance side (AllowanceTransfer.sol).</summary>
internal static class Permit2Calls
{
    public static byte[] Approve(Address token, Address spender, UInt256 amount, ulong expirationSeconds) =>
        CallData.Of("approve(address,address,uint160,uint48)", 4, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(token);
            writer.WriteAddress(spender);
            writer.WriteUInt256(amount);
            writer.WriteUInt64(expirationSeconds);
        });
}
