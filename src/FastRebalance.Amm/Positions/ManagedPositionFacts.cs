using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Positions;

/// <summary>What does not change of a Uniswap V3 position while it lives, and who holds it. For set-up.</summary>
/// <param name="Token0">The pool's first token.</param>
/// <param name="Token1">Its second.</param>
/// <param name="FeePips">The pool's fee.</param>
/// <param name="TickLower">Where the range begins.</param>
/// <param name="TickUpper">Where it ends.</param>
/// <param name="Owner">Holds the token of the position.</param>
/// <param name="Factory">Made the pool.</param>
public sealed record ManagedPositionFacts(Address Token0, Address Token1, uint FeePips, int TickLower, int TickUpper, Address Owner, Address Factory)
{
    internal static readonly AbiFunction OwnerOfFunction = new("ownerOf(uint256)", 0x6352211e);
    internal static readonly AbiFunction FactoryFunction = new("factory()", 0xc45a0155);
    internal static readonly AbiFunction GetPoolFunction = new("getPool(address,address,uint24)", 0x1698ee82);

    private const int Answers = 3;

    /// <summary>What to ask; the answers go to <see cref="Read"/> in the same order.</summary>
    public static List<PoolCall> Questions(Address manager, UInt256 id) =>
    [
        new PoolCall(manager, FactoryFunction.Call()), new PoolCall(manager, ManagedPosition.PositionsFunction.Call(id)),
        new PoolCall(manager, OwnerOfFunction.Call(id)),
    ];

    /// <summary>The facts; null where there is no such position, or nobody that keeps any.</summary>
    /// <param name="answers">Empty where a call reverted.</param>
    /// <param name="isManager">Whether there is a position manager at all.</param>
    public static ManagedPositionFacts? Read(IReadOnlyList<byte[]> answers, out bool isManager)
    {
        Address factory = default;
        isManager = answers.Count == Answers && answers[0].Length == AbiWords.WordLength && AbiWords.TryReadAddress(answers[0], 0, out factory) && !factory.IsZero;
        byte[] words = isManager ? answers[1] : [];
        return AbiWords.TryReadAddress(words, 2, out Address token0) && AbiWords.TryReadAddress(words, 3, out Address token1)
            && AbiWords.TryReadUInt(words, 4, 24, out UInt256 fee)
            && AbiWords.TryReadInt24(words, 5, out int lower) && AbiWords.TryReadInt24(words, 6, out int upper)
            && RangeAmounts.IsRange(lower, upper) && AbiWords.TryReadAddress(answers[2], 0, out Address owner)
                ? new ManagedPositionFacts(token0, token1, (uint)fee.Limb0, lower, upper, owner, factory)
                : null;
    }

    /// <summary>Asks the factory for the pool; its answer goes to <see cref="ReadPool"/>.</summary>
    public PoolCall PoolQuestion()
    {
        byte[] data = new byte[4 + (3 * AbiWords.WordLength)];
        AbiCallWriter writer = new(data, GetPoolFunction);
        writer.Write(Token0);
        writer.Write(Token1);
        writer.Write((UInt256)(ulong)FeePips);
        return writer.TryFinish(out _) ? new PoolCall(Factory, data) : throw new InvalidOperationException("a call was not written whole");
    }

    /// <summary>The zero address where the factory knows none.</summary>
    public static Address ReadPool(byte[] answer) => AbiWords.TryReadAddress(answer, 0, out Address pool) ? pool : Address.Zero;
}
