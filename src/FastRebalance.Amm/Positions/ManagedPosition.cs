using FastRebalance.Amm.Abi;
using FastRebalance.Amm.UniswapV3;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// A Uniswap V3 position by its number at the position manager: liquidity, what withdrawing it would pay, and what is owed with every fee up to
/// the block. One that was burnt is closed, which is an answer.
/// </summary>
/// <param name="manager">The NonfungiblePositionManager.</param>
/// <param name="id">Its number there.</param>
/// <param name="pool">Of its two tokens and fee; the zero address for a position that was closed before anybody read its range.</param>
/// <param name="tickLower">Where the range begins; it never changes.</param>
/// <param name="tickUpper">Where it ends.</param>
public sealed class ManagedPosition(Address manager, UInt256 id, Address pool, int tickLower, int tickUpper) : FollowedPosition
{
    internal static readonly AbiFunction PositionsFunction = new("positions(uint256)", 0x99fbab88);

    private const int Calls = 6;
    private const int PositionWords = 12;
    private const int PriceBits = 160;

    public Address Manager { get; } = manager;

    public UInt256 Id { get; } = id;

    public Address Pool { get; } = pool;

    public int TickLower { get; } = tickLower;

    public int TickUpper { get; } = tickUpper;

    public override int CallCount => Pool.IsZero ? 0 : Calls;

    public override void AppendCalls(List<PoolCall> calls)
    {
        if (Pool.IsZero)
            return;
        calls.Add(new PoolCall(Manager, PositionsFunction.Call(Id)));
        calls.Add(new PoolCall(Pool, UniswapV3Pool.Slot0Function.Call()));
        calls.Add(new PoolCall(Pool, PoolFeeGrowth.Global0Function.Call()));
        calls.Add(new PoolCall(Pool, PoolFeeGrowth.Global1Function.Call()));
        calls.Add(new PoolCall(Pool, UniswapV3Pool.TicksFunction.Call(TickLower)));
        calls.Add(new PoolCall(Pool, UniswapV3Pool.TicksFunction.Call(TickUpper)));
    }

    public override bool TryRead(IReadOnlyList<byte[]> answers, out PoolPosition position)
    {
        position = new PoolPosition { TickLower = TickLower, TickUpper = TickUpper };
        if (answers.Count != CallCount)
            return false;
        if (Pool.IsZero || answers[0].Length == 0)
        {
            position.IsClosed = true; // the manager reverts for a number that it does not know
            return true;
        }
        if (!TryReadBooks(answers[0], out LiquidityPosition books) || !TryReadInside(answers, out UInt256 price, out FeeGrowth inside))
            return false;
        TokenAmounts amounts = books.AmountsAt(in price);
        // Without liquidity the ticks may have been forgotten, and nothing is earned.
        (UInt128 owed0, UInt128 owed1) = books.Liquidity == 0 ? (books.Owed0, books.Owed1) : books.OwedAt(in inside);
        position.Liquidity = books.Liquidity;
        (position.Owed0, position.Owed1) = (owed0, owed1);
        return TryNarrow(amounts.Amount0, out position.Amount0) && TryNarrow(amounts.Amount1, out position.Amount1);
    }

    public override string ToString() => $"{Id} of {Manager}";

    private bool TryReadBooks(byte[] words, out LiquidityPosition books)
    {
        books = default;
        if (words.Length != PositionWords * AbiWords.WordLength
            || !AbiWords.TryReadInt24(words, 5, out int lower) || !AbiWords.TryReadInt24(words, 6, out int upper)
            || lower != TickLower || upper != TickUpper
            || !AbiWords.TryReadUInt128(words, 7, out UInt128 liquidity)
            || !AbiWords.TryReadUInt(words, 8, 256, out UInt256 counted0) || !AbiWords.TryReadUInt(words, 9, 256, out UInt256 counted1)
            || !AbiWords.TryReadUInt128(words, 10, out UInt128 owed0) || !AbiWords.TryReadUInt128(words, 11, out UInt128 owed1))
            return false;
        books = LiquidityPosition.Of(lower, upper, liquidity, new FeeGrowth(counted0, counted1), owed0, owed1);
        return true;
    }

    private bool TryReadInside(IReadOnlyList<byte[]> answers, out UInt256 price, out FeeGrowth inside)
    {
        inside = default;
        if (!AbiWords.TryReadUInt(answers[1], 0, PriceBits, out price) || !AbiWords.TryReadInt24(answers[1], 1, out int tick)
            || !AbiWords.TryReadUInt(answers[2], 0, 256, out UInt256 global0) || !AbiWords.TryReadUInt(answers[3], 0, 256, out UInt256 global1)
            || !TryReadOutside(answers[4], out FeeGrowth lower) || !TryReadOutside(answers[5], out FeeGrowth upper))
            return false;
        FeeGrowth global = new(global0, global1);
        inside = PoolFeeGrowth.Inside(in global, in lower, in upper, TickLower, TickUpper, tick);
        return true;
    }

    private static bool TryReadOutside(byte[] words, out FeeGrowth outside)
    {
        outside = default;
        if (!AbiWords.TryReadUInt(words, 2, 256, out UInt256 growth0) || !AbiWords.TryReadUInt(words, 3, 256, out UInt256 growth1))
            return false;
        outside = new FeeGrowth(growth0, growth1);
        return true;
    }

    private static bool TryNarrow(in UInt256 amount, out UInt128 narrow)
    {
        narrow = new UInt128(amount.Limb1, amount.Limb0);
        return amount <= (UInt256)UInt128.MaxValue;
    }
}
