using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// A holder's share of a Uniswap V2 pair, as burning its pair tokens would pay it out of the reserves: rounded down, and after the part that the
/// pair mints to its protocol first where a fee is on. Tokens that were sent to the pair and not taken in by it do not count.
/// </summary>
/// <param name="pair">The pool, which is its own token.</param>
/// <param name="factory">Says who gets the protocol's part.</param>
/// <param name="holder">Whose pair tokens count.</param>
public sealed class PoolShare(Address pair, Address factory, Address holder) : FollowedPosition
{
    internal static readonly AbiFunction TotalSupplyFunction = new("totalSupply()", 0x18160ddd);
    internal static readonly AbiFunction BalanceOfFunction = new("balanceOf(address)", 0x70a08231);
    internal static readonly AbiFunction LastProductFunction = new("kLast()", 0x7464fc3d);
    internal static readonly AbiFunction FeeToFunction = new("feeTo()", 0x017e7e58);

    private const int Calls = 5;
    private const ulong OthersPart = 5;

    public Address Pair { get; } = pair;

    public Address Factory { get; } = factory;

    public Address Holder { get; } = holder;

    public override int CallCount => Calls;

    /// <summary>What to ask for the factory of a pair; its answer goes to <see cref="ReadFactory"/>.</summary>
    public static PoolCall FactoryQuestion(Address pair) => new(pair, ManagedPositionFacts.FactoryFunction.Call());

    /// <summary>The zero address where the pair names none.</summary>
    public static Address ReadFactory(byte[] answer) => AbiWords.TryReadAddress(answer, 0, out Address factory) ? factory : Address.Zero;

    public override void AppendCalls(List<PoolCall> calls)
    {
        Span<byte> word = stackalloc byte[AbiWords.WordLength];
        word.Clear();
        Holder.Span.CopyTo(word[^Address.Length..]);
        calls.Add(new PoolCall(Pair, UniswapV2Pool.GetReservesFunction.Call()));
        calls.Add(new PoolCall(Pair, TotalSupplyFunction.Call()));
        calls.Add(new PoolCall(Pair, BalanceOfFunction.Call(UInt256.ReadBigEndian(word))));
        calls.Add(new PoolCall(Pair, LastProductFunction.Call()));
        calls.Add(new PoolCall(Factory, FeeToFunction.Call()));
    }

    public override bool TryRead(IReadOnlyList<byte[]> answers, out PoolPosition position)
    {
        position = default;
        if (answers.Count != Calls
            || !AbiWords.TryReadUInt(answers[0], 0, ConstantProduct.ReserveBits, out UInt256 reserve0)
            || !AbiWords.TryReadUInt(answers[0], 1, ConstantProduct.ReserveBits, out UInt256 reserve1)
            || !AbiWords.TryReadUInt(answers[1], 0, 256, out UInt256 supply)
            || !AbiWords.TryReadUInt(answers[2], 0, 256, out UInt256 held))
            return false;
        if (held.IsZero || supply.IsZero)
            return true; // no share, which may come yet
        // Some forks have no protocol's part at all.
        if (AbiWords.TryReadUInt(answers[3], 0, 256, out UInt256 last) && AbiWords.TryReadAddress(answers[4], 0, out Address feeTo)
            && !feeTo.IsZero && !TryAddProtocolsPart(in reserve0, in reserve1, in last, ref supply))
            return false;
        if (!UInt256.TryMulDiv(held, reserve0, supply, out UInt256 amount0) || !UInt256.TryMulDiv(held, reserve1, supply, out UInt256 amount1)
            || amount0 > reserve0 || amount1 > reserve1)
            return false;
        position.Amount0 = new UInt128(amount0.Limb1, amount0.Limb0);
        position.Amount1 = new UInt128(amount1.Limb1, amount1.Limb0);
        UInt256 root = UInt256.Sqrt(amount0 * amount1);
        position.Liquidity = new UInt128(root.Limb1, root.Limb0);
        return true;
    }

    public override string ToString() => $"the pair tokens of {Pair}";

    /// <summary>A sixth of the growth of √k since liquidity last changed, as the pair mints it before it pays anybody.</summary>
    private static bool TryAddProtocolsPart(in UInt256 reserve0, in UInt256 reserve1, in UInt256 last, ref UInt256 supply)
    {
        if (last.IsZero)
            return true;
        UInt256 root = UInt256.Sqrt(reserve0 * reserve1), rootLast = UInt256.Sqrt(last);
        if (root <= rootLast)
            return true;
        return UInt256.TryMulDiv(supply, root - rootLast, (root * OthersPart) + rootLast, out UInt256 minted)
            && UInt256.TryAdd(in supply, in minted, out supply);
    }
}
