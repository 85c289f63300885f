using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>
/// Call data of ERC-20 tokens (EIP-20), each in an array of its own. For set-up and for feeds that keep what they get: it allocates.
/// Amounts are in the token's base units.
/// </summary>
public static class Erc20
{
    private static readonly AbiSelector DecimalsSelector = AbiSelector.Of("decimals()");
    private static readonly AbiSelector BalanceOfSelector = AbiSelector.Of("balanceOf(address)");
    private static readonly AbiSelector AllowanceSelector = AbiSelector.Of("allowance(address,address)");
    private static readonly AbiSelector ApproveSelector = AbiSelector.Of("approve(address,uint256)");
    private static readonly AbiSelector TransferSelector = AbiSelector.Of("transfer(address,uint256)");

    /// <summary>Answered by a uint8; optional, so a token may revert.</summary>
    public static byte[] Decimals()
    {
        AbiWriter writer = Begin(DecimalsSelector, words: 0, out byte[] data);
        return Finished(ref writer, data);
    }

    /// <summary>Answered by a uint256.</summary>
    public static byte[] BalanceOf(in Address owner)
    {
        AbiWriter writer = Begin(BalanceOfSelector, words: 1, out byte[] data);
        writer.WriteAddress(in owner);
        return Finished(ref writer, data);
    }

    /// <summary>Answered by a uint256: what the spender may still take.</summary>
    public static byte[] Allowance(in Address owner, in Address spender)
    {
        AbiWriter writer = Begin(AllowanceSelector, words: 2, out byte[] data);
        writer.WriteAddress(in owner);
        writer.WriteAddress(in spender);
        return Finished(ref writer, data);
    }

    public static byte[] Approve(in Address spender, in UInt256 amount) => AddressAndAmount(ApproveSelector, in spender, in amount);

    public static byte[] Transfer(in Address to, in UInt256 amount) => AddressAndAmount(TransferSelector, in to, in amount);

    private static byte[] AddressAndAmount(AbiSelector selector, in Address address, in UInt256 amount)
    {
        AbiWriter writer = Begin(selector, words: 2, out byte[] data);
        writer.WriteAddress(in address);
        writer.WriteUInt256(in amount);
        return Finished(ref writer, data);
    }

    private static AbiWriter Begin(AbiSelector selector, int words, out byte[] data)
    {
        data = new byte[AbiSelector.Length + words * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(selector, words);
        return writer;
    }

    private static byte[] Finished(ref AbiWriter writer, byte[] data) =>
        writer.TryFinish(out int length) && length == data.Length
            ? data
            : throw new InvalidOperationException("the words written are not those announced");
}
