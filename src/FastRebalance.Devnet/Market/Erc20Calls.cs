using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Devnet.Market;

/// <summary>Calls of ERC-20 tokens and of wrapped ether.</summary>
internal static class Erc20Calls
{
    public static readonly byte[] Deposit = CallData.Of("deposit()", 0, (ref AbiWriter _) => { });

    public static byte[] Approve(Address spender, UInt256 amount) => AddressAndAmount("approve(address,uint256)", spender, amount);

    public static byte[] Transfer(Address to, UInt256 amount) => AddressAndAmount("transfer(address,uint256)", to, amount);

    public static byte[] BalanceOf(Address owner) =>
        CallData.Of("balanceOf(address)", 1, (ref AbiWriter writer) => writer.WriteAddress(owner));

    private static byte[] AddressAndAmount(string signature, Address address, UInt256 amount) =>
        CallData.Of(signature, 2, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(address);
            writer.WriteUInt256(amount);
        });
}
