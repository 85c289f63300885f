using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.TypedData;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>What the vault's owner allows a hot key in advance, signed once (EIP-712).</summary>
/// <param name="Id">A name of the owner's choosing.</param>
/// <param name="Epoch">Void once the executor's epoch is higher.</param>
/// <param name="MaxBlock">The last block in which it may be filled.</param>
/// <param name="Limits">The directions allowed.</param>
public sealed record ExecutorIntent(UInt256 Id, ulong Epoch, ulong MaxBlock, IReadOnlyList<ExecutorLimit> Limits)
{
    private const string LimitType = "Limit(address tokenIn,address tokenOut,uint256 maxIn,uint256 keepBalance,uint256 limitPriceX96)";
    private const string IntentType = "Intent(uint256 id,uint256 epoch,uint256 maxBlock,Limit[] limits)" + LimitType;

    private static readonly Hash32 s_limitType = Keccak256.HashOfText(LimitType);
    private static readonly Hash32 s_intentType = Keccak256.HashOfText(IntentType);

    /// <summary>What the vault's owner signs: for one executor on one chain.</summary>
    public Hash32 Digest(ulong chainId, in Address executor)
    {
        byte[] limits = new byte[Limits.Count * Hash32.Length];
        for (int i = 0; i < Limits.Count; i++)
            HashOf(Limits[i]).Span.CopyTo(limits.AsSpan(i * Hash32.Length));
        byte[] words = new byte[5 * AbiWriter.WordLength];
        AbiWriter writer = new(words);
        writer.BeginArguments(headWords: 5);
        writer.WriteHash(in s_intentType);
        writer.WriteUInt256(Id);
        writer.WriteUInt64(Epoch);
        writer.WriteUInt64(MaxBlock);
        writer.WriteHash(Keccak256.Hash(limits));
        TypedDataDomain domain = new() { Name = "RebalanceExecutor", Version = "1", ChainId = chainId, VerifyingContract = executor };
        return TypedDataDigest.Of(domain.Separator(), Keccak256.Hash(words));
    }

    private static Hash32 HashOf(ExecutorLimit limit)
    {
        byte[] words = new byte[6 * AbiWriter.WordLength];
        AbiWriter writer = new(words);
        writer.BeginArguments(headWords: 6);
        writer.WriteHash(in s_limitType);
        writer.WriteAddress(limit.TokenIn);
        writer.WriteAddress(limit.TokenOut);
        writer.WriteUInt256(limit.MaxIn);
        writer.WriteUInt256(limit.KeepBalance);
        writer.WriteUInt256(limit.LimitPriceX96);
        return Keccak256.Hash(words);
    }
}

/// <summary>One direction that an intent allows.</summary>
/// <param name="TokenIn">What may be sold.</param>
/// <param name="TokenOut">What must be bought.</param>
/// <param name="MaxIn">Most units sold under the intent, all decisions together.</param>
/// <param name="KeepBalance">Units of <paramref name="TokenIn"/> that the vault holds after every fill.</param>
/// <param name="LimitPriceX96">Least units out per unit in, times 2^96.</param>
public sealed record ExecutorLimit(Address TokenIn, Address TokenOut, UInt256 MaxIn, UInt256 KeepBalance, UInt256 LimitPriceX96);
