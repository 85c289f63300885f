using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Mempool.Decoding;

/// <summary>
/// <c>execute</c> of Uniswap's Universal Router (universal-router 2.1.0, <c>Commands.sol</c> and <c>Dispatcher.sol</c>): a byte for each command,
/// its arguments beside, and plans within plans.
/// </summary>
internal static class UniversalRouterCalls
{
    private const int MaxCommands = 32;
    private const byte MayFail = 0x80;
    private const byte TypeMask = 0x7f;

    /// <summary>The router's words for "all that it holds" and "already paid".</summary>
    private static readonly UInt256 s_allOfRouter = UInt256.One << 255;

    private static readonly SelectorTable<Call> s_router = new(
        ("execute(bytes,bytes[],uint256)", Call.ExecuteUntil),
        ("execute(bytes,bytes[])", Call.Execute));

    private enum Call : byte
    {
        None = 0,
        Execute,
        ExecuteUntil,
    }

    private enum Command : byte
    {
        V3SwapExactIn = 0x00,
        V3SwapExactOut = 0x01,
        Permit2TransferFrom = 0x02,
        Permit2PermitBatch = 0x03,
        Sweep = 0x04,
        Transfer = 0x05,
        PayPortion = 0x06,
        V2SwapExactIn = 0x08,
        V2SwapExactOut = 0x09,
        Permit2Permit = 0x0a,
        WrapEth = 0x0b,
        UnwrapWeth = 0x0c,
        Permit2TransferFromBatch = 0x0d,
        BalanceCheckErc20 = 0x0e,
        V4Swap = 0x10,
        V3PositionPermit = 0x11,
        V3PositionCall = 0x12,
        V4InitializePool = 0x13,
        V4PositionCall = 0x14,
        ExecuteSubPlan = 0x21,
        AcrossDeposit = 0x40,
    }

    public static bool TryRead(ref EffectWriter writer, in UInt256 value, ReadOnlySpan<byte> input)
    {
        if (!s_router.TryFind(input, out Call call))
            return writer.Fail(DecodeVerdict.UnknownSelector);
        Arguments args = new(input[4..]);
        if (!args.Has(call == Call.ExecuteUntil ? 3 : 2))
            return writer.Malformed();
        if (call == Call.ExecuteUntil)
            writer.Limit(args.Number(2));
        RouterHolding holding = default;
        return Plan(ref writer, args, ref holding, in value);
    }

    private static bool Plan(ref EffectWriter writer, Arguments args, ref RouterHolding holding, in UInt256 value)
    {
        if (!writer.TryEnter())
            return false;
        if (!args.TryBytes(0, out ReadOnlySpan<byte> commands) || !args.TryArray(1, 1, out int count, out Arguments inputs) || count != commands.Length)
            return writer.Malformed();
        if (count > MaxCommands)
            return writer.Fail(DecodeVerdict.TooDeep);
        writer.Depth++;
        for (int i = 0; i < count; i++)
        {
            if (!inputs.TryBytes(i, out ReadOnlySpan<byte> input))
                return writer.Malformed();
            EffectFlags around = writer.CallFlags;
            writer.CallFlags |= (commands[i] & MayFail) != 0 ? EffectFlags.MayFail : EffectFlags.None;
            if (!Run(ref writer, (Command)(commands[i] & TypeMask), new Arguments(input), ref holding, in value))
                return writer.Malformed();
            writer.CallFlags = around;
        }
        writer.Depth--;
        return true;
    }

    private static bool Run(ref EffectWriter writer, Command command, Arguments args, ref RouterHolding holding, in UInt256 value)
    {
        switch (command)
        {
            case Command.V2SwapExactIn or Command.V2SwapExactOut:
                return args.Has(5) && SwapPairs(ref writer, args, command == Command.V2SwapExactOut, ref holding);
            case Command.V3SwapExactIn or Command.V3SwapExactOut:
                return args.Has(5) && SwapRanges(ref writer, args, command == Command.V3SwapExactOut, ref holding);
            case Command.V4Swap:
                return UniswapV4Calls.TryReadActions(ref writer, args, ref holding);
            case Command.WrapEth:
                if (!args.Has(2))
                    return false;
                holding = new RouterHolding(writer.Market.WrappedNative, UInt256.Min(args.Number(1), value), FromSwap: false);
                return true;
            case Command.Permit2TransferFrom:
                if (!args.Has(3))
                    return false;
                holding = new RouterHolding(writer.Market.AssetOf(args.Address(0)), args.Number(2), FromSwap: false);
                return true;
            case Command.V3PositionCall:
                return UniswapV3Calls.TryReadPositions(ref writer, args.Rest());
            case Command.V4PositionCall:
                return UniswapV4Calls.TryReadPositions(ref writer, args.Rest());
            case Command.ExecuteSubPlan:
                return Plan(ref writer, args, ref holding, in value);
            case Command.Permit2PermitBatch or Command.Sweep or Command.Transfer or Command.PayPortion or Command.Permit2Permit
                or Command.UnwrapWeth or Command.Permit2TransferFromBatch or Command.BalanceCheckErc20 or Command.V3PositionPermit
                or Command.V4InitializePool or Command.AcrossDeposit:
                return true;
            default:
                return writer.Fail(DecodeVerdict.UnknownSelector);
        }
    }

    /// <summary>recipient, amount, limit, path, payerIsUser.</summary>
    private static bool SwapPairs(ref EffectWriter writer, Arguments args, bool isOut, ref RouterHolding holding)
    {
        if (!args.TryArray(3, 1, out int count, out Arguments path) || count < 2)
            return writer.Malformed();
        (UInt256 amount, EffectFlags flags) = AmountOf(args.Number(1), isOut, writer.Market.AssetOf(path.Address(0)), in holding);

        // An input of nothing was sent to the pair before: by the transfer that stands before it, where one does.
        if (!isOut && amount.IsZero && (flags & (EffectFlags.Chained | EffectFlags.AmountUnknown)) == 0)
            (amount, flags) = AmountOf(in s_allOfRouter, isOut, writer.Market.AssetOf(path.Address(0)), in holding);
        flags |= isOut ? EffectFlags.OutByInput : EffectFlags.None;
        holding = RouterHolding.OfSwap(writer.Market.AssetOf(path.Address(count - 1)));
        return UniswapV2Calls.Swap(ref writer, args, 3, in amount, args.Number(2), flags);
    }

    private static bool SwapRanges(ref EffectWriter writer, Arguments args, bool isOut, ref RouterHolding holding)
    {
        if (!args.TryBytes(3, out ReadOnlySpan<byte> path) || path.Length < 2 * Address.Length)
            return writer.Malformed();
        AssetId first = writer.Market.AssetOf(new Address(path[..Address.Length]));
        AssetId last = writer.Market.AssetOf(new Address(path[^Address.Length..]));
        (UInt256 amount, EffectFlags flags) = AmountOf(args.Number(1), isOut, first, in holding);
        holding = RouterHolding.OfSwap(isOut ? first : last);
        return UniswapV3Calls.WritePath(ref writer, path, in amount, args.Number(2), flags);
    }

    /// <summary>What an amount stands for: itself, or all that the router holds by then.</summary>
    private static (UInt256 Amount, EffectFlags Flags) AmountOf(in UInt256 amount, bool isOut, AssetId sell, in RouterHolding holding)
    {
        if (isOut)
            return (amount, EffectFlags.ExactOut);
        return amount == s_allOfRouter ? holding.AllOf(sell) : (amount, EffectFlags.None);
    }
}
