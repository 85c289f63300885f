using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>Call data of Permit2's allowances (AllowanceTransfer.sol): a token allows Permit2 once, and Permit2 each spender.</summary>
public static class Permit2
{
    private static readonly AbiSelector ApproveSelector = AbiSelector.Of("approve(address,address,uint160,uint48)");
    private static readonly AbiSelector AllowanceSelector = AbiSelector.Of("allowance(address,address,address)");

    /// <summary>The largest amount there is, which is never used up.</summary>
    public static readonly UInt256 Unlimited = (UInt256.One << 160) - 1;

    /// <summary>The latest second there is.</summary>
    public const ulong Never = (1UL << 48) - 1;

    /// <param name="amount">Base units, at most <see cref="Unlimited"/>.</param>
    /// <param name="expirationSeconds">The last second, in Unix time.</param>
    public static byte[] Approve(in Address token, in Address spender, in UInt256 amount, ulong expirationSeconds)
    {
        byte[] data = new byte[AbiSelector.Length + 4 * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(ApproveSelector, headWords: 4);
        writer.WriteAddress(in token);
        writer.WriteAddress(in spender);
        writer.WriteUInt256(in amount);
        writer.WriteUInt64(expirationSeconds);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("the words written are not those announced");
    }

    /// <summary>Answered by amount, expiration and nonce, a word each.</summary>
    public static byte[] Allowance(in Address owner, in Address token, in Address spender)
    {
        byte[] data = new byte[AbiSelector.Length + 3 * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(AllowanceSelector, headWords: 3);
        writer.WriteAddress(in owner);
        writer.WriteAddress(in token);
        writer.WriteAddress(in spender);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("the words written are not those announced");
    }
}
