using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// What pools of Balancer's V2 vault have in common. The vault keeps the balances and logs the swaps; the pool has its own numbers, of
/// which the first is the fee with 18 decimals. A swap moves its two balances by exactly its amounts: the fee stays in the pool, and what the
/// protocol takes of it is taken at joins and exits. Whatever else moves the state makes the pool wait for a new snapshot.
/// </summary>
public abstract class BalancerPool : Pool
{
    /// <summary>Index of the fee among the pool's parameters.</summary>
    protected const int FeeParameter = 0;

    private const int StateCalls = 3;

    private readonly Address[] _tokens;
    private readonly UInt256[] _balances;
    private readonly UInt256[] _parameters;
    private readonly ulong _allSeen;
    private ulong _seen;

    private protected BalancerPool(PoolFacts facts, PoolId id, IReadOnlyList<AssetId> assets, int parameters)
        : base(facts, id, assets)
    {
        _tokens = [.. facts.Tokens];
        _balances = new UInt256[_tokens.Length];
        _parameters = new UInt256[parameters];
        _allSeen = (1UL << _balances.Length + parameters) - 1;
        string poolId = FactParameters.Require(facts, BalancerParameters.PoolId);
        VaultId = Hash32.TryParse(poolId, out Hash32 hash)
            ? hash
            : throw new ArgumentException($"pool {facts.Address}: its id in the vault has 32 bytes, found '{poolId}'");
        string vault = FactParameters.Require(facts, BalancerParameters.Vault);
        Vault = Address.TryParse(vault, out Address address)
            ? address
            : throw new ArgumentException($"pool {facts.Address}: its vault is an address, found '{vault}'");
        LogSources = [Vault, facts.Address];
    }

    /// <summary>The vault that keeps the balances.</summary>
    public Address Vault { get; }

    /// <summary>The pool's id in the vault.</summary>
    public Hash32 VaultId { get; }

    public override IReadOnlyList<Address> LogSources { get; }

    /// <summary>Nothing of ours calls the vault's <c>swap</c> yet.</summary>
    public override bool TakesOrders => false;

    /// <summary>Fee on the input with 18 decimals.</summary>
    public UInt256 Fee => _parameters[FeeParameter];

    /// <summary>What the fee leaves of a unit in, for curves.</summary>
    private protected double Kept => 1 - (double)Fee / 1e18;

    protected sealed override bool HasState => _seen == _allSeen;

    private protected ReadOnlySpan<UInt256> Balances => _balances;

    private protected ReadOnlySpan<UInt256> Parameters => _parameters;

    /// <summary>Calls for the parameters after the fee, to the pool.</summary>
    private protected abstract void AppendParameterCalls(List<byte[]> calls);

    /// <summary>
    /// Fills the parameters after the fee from the answers; false for malformed ones, and with a reason for a pool that cannot be quoted now.
    /// </summary>
    private protected abstract bool TryReadParameters(ReadOnlySpan<byte[]> answers, Span<UInt256> parameters, out string? refusal);

    /// <summary>The log moves a state that only a snapshot tells.</summary>
    private protected virtual bool IsReset(in Hash32 topic) => false;

    /// <summary>Works out what quotes need; the state is whole.</summary>
    private protected abstract void Refresh();

    protected sealed override void Forget()
    {
        _seen = 0;
        Array.Clear(_balances);
        Array.Clear(_parameters);
    }

    protected sealed override bool TryApplyState(in MarketEvent e)
    {
        bool isTaken = e.Kind switch
        {
            MarketEventKind.PoolBalance => TryTake(e.PoolValue, _balances, VaultCalls.MostBalance, 0),
            MarketEventKind.PoolParameter => TryTake(e.PoolValue, _parameters, UInt256.MaxValue, _balances.Length) && Fee < FixedPoint.One,
            MarketEventKind.PoolSwap => TryMove(e.Swap.InIndex, e.Swap.OutIndex, in e.Swap.AmountIn, in e.Swap.AmountOut),
            _ => false,
        };
        if (isTaken && HasState)
            Refresh();
        return isTaken;
    }

    protected sealed override void TakeSwap(int sell, int buy, in SwapQuote quote)
    {
        TryMove(sell, buy, in quote.AmountInUsed, in quote.AmountOut);
        Refresh();
    }

    protected sealed override UInt256 Capacity(int sell, int buy) =>
        UInt256.Min(CapacityOfCurve(sell, buy), UInt256.WrappingSubtract(VaultCalls.MostBalance, _balances[sell]));

    /// <summary>Units that the pool's formula takes at most; the vault's own limit is minded.</summary>
    private protected abstract UInt256 CapacityOfCurve(int sell, int buy);

    /// <summary>The balance after the swap still fits the vault.</summary>
    private protected bool FitsVault(int sell, in UInt256 amountIn) =>
        UInt256.TryAdd(_balances[sell], amountIn, out UInt256 after) && after <= VaultCalls.MostBalance;

    /// <summary>What the fee leaves of an input, and that lifted to 18 decimals.</summary>
    private protected bool TryTakeFee(in UInt256 amountIn, in UInt256 scaling, out UInt256 scaled)
    {
        scaled = default;
        return FixedPoint.TryMulUp(amountIn, Fee, out UInt256 fee)
            && UInt256.TrySubtract(amountIn, fee, out UInt256 left)
            && FixedPoint.TryMulDown(left, scaling, out scaled);
    }

    /// <summary>An input with 18 decimals brought back to units, and the fee put on top; both rounded up.</summary>
    private protected bool TryAddFee(in UInt256 scaled, in UInt256 scaling, out UInt256 amountIn)
    {
        amountIn = default;
        return FixedPoint.TryDivUp(scaled, scaling, out UInt256 units)
            && FixedPoint.TryDivUp(units, FixedPoint.Complement(Fee), out amountIn);
    }

    private protected void CopyStateTo(BalancerPool copy)
    {
        _balances.CopyTo(copy._balances, 0);
        _parameters.CopyTo(copy._parameters, 0);
        copy._seen = _seen;
        if (HasState)
            copy.Refresh();
    }

    public sealed override bool TryReadLog(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (topics.IsEmpty)
            return false;
        e.Subject = Id.Value;
        Hash32 topic = topics[0];
        if (topic == VaultCalls.Swapped.Topic)
            return topics.Length == 4 && topics[1] == VaultId && TryReadSwap(topics, data, ref e);
        if (topic == VaultCalls.SwapFeeChanged.Topic)
            return topics.Length == 1 && TryReadFee(data, ref e);
        e.Kind = MarketEventKind.PoolReset;
        if (topic == VaultCalls.BalanceChanged.Topic || topic == VaultCalls.BalanceManaged.Topic)
            return topics.Length >= 2 && topics[1] == VaultId;
        return topic == VaultCalls.PausedStateChanged.Topic || IsReset(in topic);
    }

    /// <summary>
    /// <c>Vault.swap</c> of one exact input. The vault pulls the input from the hop's recipient by allowance, so that the recipient must be
    /// the caller, and pays there.
    /// </summary>
    protected sealed override bool TryEncode(int sell, int buy, in SwapHop hop, Span<byte> data, out Address target, out int length)
    {
        const int HeadWords = 7;
        const int SwapHeadWords = 6;
        target = Vault;
        AbiCallWriter writer = new(data, VaultCalls.Swap);
        writer.Write((UInt256)(ulong)(HeadWords * AbiWords.WordLength));
        writer.Write(hop.Recipient);
        writer.Write(UInt256.Zero);
        writer.Write(hop.Recipient);
        writer.Write(UInt256.Zero);
        writer.Write(hop.MinimumOut);
        writer.Write(UInt256.MaxValue);
        writer.Write(UInt256.ReadBigEndian(VaultId.Span));
        writer.Write(UInt256.Zero);
        writer.Write(_tokens[sell]);
        writer.Write(_tokens[buy]);
        writer.Write(hop.AmountIn);
        writer.WriteNoBytes(SwapHeadWords - 1);
        return writer.TryFinish(out length);
    }

    public sealed override IPoolSnapshot BeginSnapshot() => new NumbersSnapshot(this, _balances.Length, _parameters.Length, FailureOf);

    public sealed override void AppendReconcileCalls(List<PoolCall> calls)
    {
        calls.Add(new PoolCall(Vault, VaultCalls.GetPoolTokens.Call(UInt256.ReadBigEndian(VaultId.Span))));
        calls.Add(new PoolCall(Address, VaultCalls.GetSwapFee.Call()));
        calls.Add(new PoolCall(Address, VaultCalls.GetPausedState.Call()));
        List<byte[]> own = [];
        AppendParameterCalls(own);
        calls.AddRange(own.Select(call => new PoolCall(Address, call)));
    }

    public sealed override bool Reconciles(IReadOnlyList<byte[]> results)
    {
        var balances = new UInt256[_balances.Length];
        var parameters = new UInt256[_parameters.Length];
        return HasState && FailureOf(results, balances, parameters) is null
            && balances.AsSpan().SequenceEqual(_balances) && parameters.AsSpan().SequenceEqual(_parameters);
    }

    private bool TryTake(in PoolValue value, UInt256[] into, in UInt256 most, int firstBit)
    {
        if (value.Index >= into.Length || value.Value > most)
            return false;
        into[value.Index] = value.Value;
        _seen |= 1UL << firstBit + value.Index;
        return true;
    }

    private bool TryMove(int sell, int buy, in UInt256 amountIn, in UInt256 amountOut)
    {
        if (!HasState || sell >= _balances.Length || buy >= _balances.Length || sell == buy
            || !FitsVault(sell, in amountIn) || amountOut > _balances[buy])
            return false;
        _balances[sell] = UInt256.WrappingAdd(_balances[sell], amountIn);
        _balances[buy] = UInt256.WrappingSubtract(_balances[buy], amountOut);
        return true;
    }

    // A swap of the pool's own share token is a join or an exit.
    private bool TryReadSwap(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (data.Length != 2 * AbiWords.WordLength
            || !AbiWords.TryReadAddress(topics[2].Span, 0, out Address tokenIn)
            || !AbiWords.TryReadAddress(topics[3].Span, 0, out Address tokenOut))
            return false;
        AbiWords.TryReadUInt(data, 0, 256, out UInt256 amountIn);
        AbiWords.TryReadUInt(data, 1, 256, out UInt256 amountOut);
        int sell = Array.IndexOf(_tokens, tokenIn);
        int buy = Array.IndexOf(_tokens, tokenOut);
        e.Kind = sell < 0 || buy < 0 ? MarketEventKind.PoolReset : MarketEventKind.PoolSwap;
        if (e.Kind == MarketEventKind.PoolSwap)
            e.Swap = new PoolSwap { AmountIn = amountIn, AmountOut = amountOut, InIndex = (byte)sell, OutIndex = (byte)buy };
        return true;
    }

    private static bool TryReadFee(ReadOnlySpan<byte> data, ref MarketEvent e)
    {
        if (data.Length != AbiWords.WordLength || !AbiWords.TryReadUInt(data, 0, 256, out UInt256 fee))
            return false;
        e.Kind = MarketEventKind.PoolParameter;
        e.PoolValue = new PoolValue { Index = FeeParameter, Value = fee };
        return true;
    }

    /// <summary>Reads the answers of the state's calls; null, or what is wrong with them.</summary>
    private string? FailureOf(IReadOnlyList<byte[]> results, UInt256[] balances, UInt256[] parameters)
    {
        if (results.Count < StateCalls)
            return $"{this}: {StateCalls} answers or more are wanted, found {results.Count}";
        if (VaultCalls.ReadTokens(results[0], Address) is not { } tokens || tokens.Count != _tokens.Length)
            return $"{this}: {VaultCalls.GetPoolTokens.Signature} did not answer {_tokens.Length} balances of 112 bits";
        for (int i = 0; i < balances.Length; i++)
        {
            if (tokens[i].Token != _tokens[i])
                return $"{this}: token {i} is {tokens[i].Token} in the vault and was {_tokens[i]}";
            balances[i] = tokens[i].Balance;
        }
        if (!AbiWords.TryReadUInt(results[1], 0, 256, out parameters[FeeParameter]) || parameters[FeeParameter] >= FixedPoint.One)
            return $"{this}: {VaultCalls.GetSwapFee.Signature} did not answer a part of one";
        if (!AbiWords.TryReadUInt(results[2], 0, 8, out UInt256 paused))
            return $"{this}: {VaultCalls.GetPausedState.Signature} did not answer";
        if (!paused.IsZero)
            return $"{this} is paused";
        bool isRead = TryReadParameters(results.Skip(StateCalls).ToArray(), parameters, out string? refusal);
        return isRead ? null : refusal ?? $"{this}: its own numbers were not answered as such a pool does";
    }
}
