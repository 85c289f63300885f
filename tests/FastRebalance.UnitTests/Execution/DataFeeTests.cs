using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution;
using FastRebalance.Execution.Transactions;
using FastRebalance.Native;

namespace FastRebalance.UnitTests.Execution;

/// <summary>A rollup's fee for bytes: the account must be able to pay it beside the gas, and not knowing it stops orders.</summary>
public sealed class DataFeeTests
{
    private static readonly UInt256 s_ether = UInt256.PowerOfTen(18);

    [Fact]
    public async Task Order_FeeForBytesIsMoreThanTheBalanceLeaves_IsNotSentAndSaysWhy()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { DataFee = new Fixed(s_ether) });
        bench.Order(1);

        Assert.Equal(["1 NotSent"], await bench.Reports(1));
        Assert.Contains("its bytes", bench.Executor.Outcomes()[0].Reason, StringComparison.Ordinal);
        Assert.Empty(bench.Chain.Sent);
    }

    [Fact]
    public async Task Order_FeeForBytesCanBePaid_IsSent()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { DataFee = new Fixed(1_000_000) });
        bench.Order(1);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 1);
    }

    // The node's own estimate of the gas holds it: counted once, not twice.
    [Fact]
    public async Task Order_FeeIsTakenAsGas_IsNotCountedAgain()
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { DataFee = new Fixed(s_ether, isInGas: true) });
        bench.Order(1);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 1);
    }

    // An access list is bytes as well, and dearer there than the gas that it saves.
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Order_WithAFeeForBytes_DeclaresNothing(bool hasFee, int entries)
    {
        await using OrderBench bench = await OrderBench.StartedAsync(setup => setup with { DataFee = hasFee ? new Fixed(1) : null });
        bench.Chain.Touched = new TouchedState([new AccessListEntry(World.Token(1), new Hash32[3])], 100_000, Failure: null);
        bench.Order(1);
        await OrderBench.Until(() => bench.Chain.Sent.Count == 1);

        Assert.True(TransactionDecoder.Decode(bench.Chain.Sent[0].Raw, out SignedTransaction signed).IsValid);
        Assert.Equal(entries, signed.Fields.AccessList.Length);
    }

    [Fact]
    public async Task Start_ChainDoesNotTellItsFee_IsRefused() =>
        Assert.Contains("chain.profile", (await Assert.ThrowsAsync<RpcTransportException>(
            () => OrderBench.StartedAsync(setup => setup with { DataFee = new Fixed(1, isTold: false) }))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(700)]
    public void Pattern_LargestFieldsThereAre_IsNoShorterThanWhatIsSigned(int length)
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        using TransactionSigner signer = new(new PrivateKey(key), ulong.MaxValue / 4);
        Eip1559Transaction transaction = new()
        {
            Nonce = ulong.MaxValue - 1,
            MaxFeePerGasWei = ulong.MaxValue,
            MaxPriorityFeePerGasWei = ulong.MaxValue,
            GasLimit = 1 << 24,
            To = OrderBench.Router,
            Data = new byte[length],
        };
        byte[] raw = new byte[signer.MaxLength(in transaction)];
        int signed = signer.Sign(in transaction, raw, out _);

        Assert.InRange(SignedSize.Pattern(new byte[length]).Length, signed, signed + 12);
    }

    [Fact]
    public void Pattern_ItsEnvelope_IsNotMadeShorterByPacking()
    {
        Assert.InRange(FastLzLength.Of(SignedSize.Pattern([])), SignedSize.MaxEnvelopeBytes, SignedSize.MaxEnvelopeBytes + 6);
    }

    [Fact]
    public void Bytes_OfTheUsualTransaction_AreThoseOfTwoLegs()
    {
        ExecutionSetup setup = new()
        {
            ChainId = 5,
            Account = OrderBench.Account,
            Router = OrderBench.Router,
            Assets = World.Assets,
            Pools = World.Pools,
            MaxFeePerGasWei = 1,
        };
        Assert.InRange(UsualTransaction.Bytes(setup).Length, 600, 1200);
        Assert.InRange(UsualTransaction.Bytes(setup with { Pools = [] }).Length, 600, 1200);
    }

    [Fact]
    public void Gas_OfTheUsualTransaction_IsTheEnginesOwn() => Assert.Equal(FastRebalance.Engine.Triggers.GasCost.UsualUnits, UsualTransaction.Gas);

    private sealed class Fixed(UInt256 wei, bool isInGas = false, bool isTold = true) : IDataFee, IDataFeeTerms
    {
        public bool IsInGasEstimate => isInGas;

        public IReadOnlyList<EthCall> Questions => [];

        public bool TryRead(IReadOnlyList<EthCallOutcome> answers, out IDataFeeTerms? terms)
        {
            terms = isTold ? this : null;
            return isTold;
        }

        public UInt256 FeeWei(ReadOnlySpan<byte> signed, ulong gas) => wei;
    }
}
