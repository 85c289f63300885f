using System.Buffers.Binary;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Execution.Transactions;

/// <summary>
/// Writes an order as one call of Uniswap's SwapRouter02: <c>multicall(deadline, calls)</c>, all legs or none. A leg is one call per
/// run of hops of the same protocol; a leg of several calls leaves what is between them in the router.
/// Immutable after construction; encoding allocates nothing.
/// </summary>
/// <remarks>
/// Source: swap-router-contracts, <c>V2SwapRouter</c>, <c>V3SwapRouter</c>, <c>MulticallExtended</c>, <c>libraries/Constants</c>.
/// The payee is written out rather than by the router's word for "the sender", address 1: the signed bytes then say by themselves
/// where the money goes, whoever sends or simulates them. It costs some 230 gas a leg.
/// </remarks>
public sealed class SwapRouter02Encoder : IOrderEncoder
{
    // The longest inner calls take four hops, 4 + 32 + 4 * 32 + 32 + 128 bytes for exactInput, and the same for an array of five tokens.
    private const int MaxInnerCall = 352;
    private const int MaxOuterHead = AbiSelector.Length + 3 * AbiWriter.WordLength;
    private const int MaxPath = Address.Length + OrderEvent.MaxHops * (3 + Address.Length);

    private static readonly AbiSelector Multicall = AbiSelector.Of("multicall(uint256,bytes[])");
    private static readonly AbiSelector ExactInputSingle =
        AbiSelector.Of("exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))");
    private static readonly AbiSelector ExactInput = AbiSelector.Of("exactInput((bytes,address,uint256,uint256))");
    private static readonly AbiSelector SwapExactTokensForTokens = AbiSelector.Of("swapExactTokensForTokens(uint256,uint256,address[],address)");

    // Constants.ADDRESS_THIS: the router keeps it, for the next call.
    private static readonly Address RouterItself = Address.Parse("0x0000000000000000000000000000000000000002");

    // Constants.CONTRACT_BALANCE: all that the router holds of the token.
    private static readonly UInt256 AllOfRouter = UInt256.Zero;

    private readonly Address _payee;
    private readonly Address[] _assets;
    private readonly PoolFacts[] _pools;
    private readonly bool[] _isV3;

    /// <param name="payee">Receives what the last hop of each leg pays: the desk's account.</param>
    /// <param name="assets">Token contracts by asset index.</param>
    /// <param name="pools">Pools by pool index.</param>
    /// <exception cref="ArgumentException">A pool is of a kind that the router does not trade through.</exception>
    public SwapRouter02Encoder(Address payee, IReadOnlyList<Address> assets, IReadOnlyList<PoolFacts> pools)
    {
        _payee = payee;
        _assets = [.. assets];
        _pools = [.. pools];
        _isV3 = new bool[_pools.Length];
        for (int i = 0; i < _pools.Length; i++)
            _isV3[i] = _pools[i].Kind switch
            {
                UniswapV3Pool.KindName => true,
                UniswapV2Pool.KindName => false,
                string other => throw new ArgumentException(
                    $"pool {_pools[i].Address} is of kind '{other}': the router trades through {UniswapV2Pool.KindName} and {UniswapV3Pool.KindName} only"),
            };
    }

    /// <summary>The kinds of pools that the router trades through.</summary>
    public static IReadOnlyList<string> PoolKinds { get; } = [UniswapV2Pool.KindName, UniswapV3Pool.KindName];

    /// <summary>The router's address, where the encoder stands for it.</summary>
    public Address Target { get; init; }

    /// <summary>Enough room for this many legs.</summary>
    public static int MaxLength(int legs) => MaxOuterHead + legs * OrderEvent.MaxHops * (2 * AbiWriter.WordLength + MaxInnerCall);

    /// <summary>Writes the call's data.</summary>
    /// <param name="deadlineUnixSeconds">The router reverts in a block after this time.</param>
    /// <param name="legs">In the order of execution.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">Bytes written; 0 unless encoded.</param>
    public EncodeStatus TryEncode(long deadlineUnixSeconds, ReadOnlySpan<OrderLeg> legs, Span<byte> destination, out int length)
    {
        length = 0;
        if (legs.IsEmpty)
            return EncodeStatus.NoLegs;
        int calls = 0;
        foreach (ref readonly OrderLeg leg in legs)
        {
            EncodeStatus status = Check(in leg);
            if (status != EncodeStatus.Encoded)
                return status;
            calls += CountRuns(in leg);
        }

        AbiWriter writer = new(destination);
        writer.BeginCall(Multicall, headWords: 2);
        writer.WriteUInt64((ulong)Math.Max(deadlineUnixSeconds, 0));
        AbiFrame outer = writer.BeginArray(calls, headWordsEach: 1);
        foreach (ref readonly OrderLeg leg in legs)
            WriteLeg(ref writer, in leg);
        writer.End(outer);
        return writer.TryFinish(out length) ? EncodeStatus.Encoded : EncodeStatus.BufferTooShort;
    }

    /// <summary>Reads the deadline back out of call data that this class wrote; false for any other.</summary>
    internal static bool TryReadDeadline(ReadOnlySpan<byte> callData, out ulong deadlineUnixSeconds)
    {
        deadlineUnixSeconds = 0;
        if (!AbiSelector.TryRead(callData, out AbiSelector selector) || selector != Multicall)
            return false;
        AbiReader reader = new(callData[AbiSelector.Length..]);
        return reader.TryReadUInt64(out deadlineUnixSeconds) && deadlineUnixSeconds > 0;
    }

    int IOrderEncoder.MaxLength(int legs) => MaxLength(legs);

    // The router knows no blocks and no decisions: its time limit is all it holds to.
    EncodeStatus IOrderEncoder.TryEncode(ulong orderId, OrderDeadline deadline, ReadOnlySpan<OrderLeg> legs, Span<byte> destination, out int length) =>
        TryEncode(deadline.UnixSeconds, legs, destination, out length);

    private EncodeStatus Check(in OrderLeg leg)
    {
        if ((uint)leg.Sell.Index >= (uint)_assets.Length || (uint)leg.Buy.Index >= (uint)_assets.Length)
            return EncodeStatus.UnknownAsset;
        if (leg.AmountIn.IsZero)
            return EncodeStatus.ZeroAmount;
        if (leg.MinimumOut.IsZero)
            return EncodeStatus.NoMinimum;
        if (leg.HopCount == 0)
            return EncodeStatus.UnknownPool;
        Address token = _assets[leg.Sell.Index];
        for (int hop = 0; hop < leg.HopCount; hop++)
        {
            if ((uint)leg.Pool(hop).Index >= (uint)_pools.Length)
                return EncodeStatus.UnknownPool;
            if (!TryCross(leg.Pool(hop), ref token))
                return EncodeStatus.BrokenPath;
        }
        return token == _assets[leg.Buy.Index] ? EncodeStatus.Encoded : EncodeStatus.BrokenPath;
    }

    private bool TryCross(PoolId pool, ref Address token)
    {
        PoolFacts facts = _pools[pool.Index];
        if (token != facts.Token0 && token != facts.Token1)
            return false;
        token = token == facts.Token0 ? facts.Token1 : facts.Token0;
        return true;
    }

    private int CountRuns(in OrderLeg leg)
    {
        int runs = 1;
        for (int hop = 1; hop < leg.HopCount; hop++)
            if (_isV3[leg.Pool(hop).Index] != _isV3[leg.Pool(hop - 1).Index])
                runs++;
        return runs;
    }

    private void WriteLeg(ref AbiWriter writer, in OrderLeg leg)
    {
        Address token = _assets[leg.Sell.Index];
        int from = 0;
        while (from < leg.HopCount)
        {
            bool isV3 = _isV3[leg.Pool(from).Index];
            int to = from + 1;
            while (to < leg.HopCount && _isV3[leg.Pool(to).Index] == isV3)
                to++;
            bool isLast = to == leg.HopCount;
            WriteRun(ref writer, in leg, new Run(
                isV3, from, to, from == 0 ? leg.AmountIn : AllOfRouter, isLast ? leg.MinimumOut : UInt256.Zero, isLast ? _payee : RouterItself), ref token);
            from = to;
        }
    }

    private void WriteRun(ref AbiWriter writer, in OrderLeg leg, in Run run, ref Address token)
    {
        Span<byte> scratch = stackalloc byte[MaxInnerCall];
        AbiWriter inner = new(scratch);
        if (!run.IsV3)
            WriteV2(ref inner, in leg, in run, ref token);
        else if (run.To - run.From == 1)
            WriteV3Single(ref inner, leg.Pool(run.From), in run, ref token);
        else
            WriteV3Path(ref inner, in leg, in run, ref token);
        if (!inner.TryFinish(out int length))
            throw new InvalidOperationException("an inner call is longer than the longest there is");
        writer.WriteBytes(scratch[..length]);
    }

    private void WriteV3Single(ref AbiWriter inner, PoolId pool, in Run run, ref Address token)
    {
        inner.BeginCall(ExactInputSingle, headWords: 7);
        inner.WriteAddress(in token);
        TryCross(pool, ref token);
        inner.WriteAddress(in token);
        inner.WriteUInt64(_pools[pool.Index].FeePips);
        inner.WriteAddress(in run.Payee);
        inner.WriteUInt256(in run.AmountIn);
        inner.WriteUInt256(in run.MinimumOut);
        inner.WriteUInt64(0); // no price limit of its own: the minimum is the limit
    }

    private void WriteV3Path(ref AbiWriter inner, in OrderLeg leg, in Run run, ref Address token)
    {
        Span<byte> path = stackalloc byte[MaxPath];
        int length = 0;
        Append(path, in token, ref length);
        for (int hop = run.From; hop < run.To; hop++)
        {
            uint fee = _pools[leg.Pool(hop).Index].FeePips;
            path[length] = (byte)(fee >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(path[(length + 1)..], (ushort)fee);
            length += 3;
            TryCross(leg.Pool(hop), ref token);
            Append(path, in token, ref length);
        }
        inner.BeginCall(ExactInput, headWords: 1);
        AbiFrame outer = inner.BeginTuple(headWords: 4);
        inner.WriteBytes(path[..length]);
        inner.WriteAddress(in run.Payee);
        inner.WriteUInt256(in run.AmountIn);
        inner.WriteUInt256(in run.MinimumOut);
        inner.End(outer);
    }

    private void WriteV2(ref AbiWriter inner, in OrderLeg leg, in Run run, ref Address token)
    {
        inner.BeginCall(SwapExactTokensForTokens, headWords: 4);
        inner.WriteUInt256(in run.AmountIn);
        inner.WriteUInt256(in run.MinimumOut);
        AbiFrame outer = inner.BeginArray(run.To - run.From + 1, headWordsEach: 1);
        inner.WriteAddress(in token);
        for (int hop = run.From; hop < run.To; hop++)
        {
            TryCross(leg.Pool(hop), ref token);
            inner.WriteAddress(in token);
        }
        inner.End(outer);
        inner.WriteAddress(in run.Payee);
    }

    private static void Append(Span<byte> path, in Address token, ref int length)
    {
        token.Span.CopyTo(path[length..]);
        length += Address.Length;
    }

    /// <summary>Hops <c>From</c> to before <c>To</c>, all of one protocol.</summary>
    private readonly struct Run(bool isV3, int from, int to, UInt256 amountIn, UInt256 minimumOut, Address payee)
    {
        public readonly bool IsV3 = isV3;
        public readonly int From = from;
        public readonly int To = to;
        public readonly UInt256 AmountIn = amountIn;
        public readonly UInt256 MinimumOut = minimumOut;
        public readonly Address Payee = payee;
    }
}
