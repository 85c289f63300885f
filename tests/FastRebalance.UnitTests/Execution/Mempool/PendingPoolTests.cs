using FastRebalance.Core.Assets;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.UnitTests.Execution.Mempool;

public sealed class PendingPoolTests
{
    private static readonly Address s_alice = MempoolFixture.At(50), s_bob = MempoolFixture.At(51);
    private static readonly PendingEffect[] s_swap = [new() { Kind = EffectKind.Swap, Pool = PoolId.FromIndex(0), Amount = 1 }];
    private readonly PendingPool _pool = new(new PendingPoolOptions { Capacity = 16, EffectCapacity = 8, EffectsEach = 4, MaxAgeBlocks = 3 }, [MempoolFixture.Us]);

    [Fact]
    public void Add_SameHashTwice_IsCountedAsDuplicate()
    {
        Assert.Equal(PendingStatus.Added, Add(1, s_alice, 0));
        Assert.Equal(PendingStatus.Duplicate, Add(1, s_alice, 0));
        Assert.Equal((2L, 1L, 1), (_pool.Counters.Seen, _pool.Counters.Duplicates, _pool.Count));
    }

    [Fact]
    public void Add_SameSenderAndNonce_KeepsTheDearest()
    {
        Add(1, s_alice, 0, fee: 10);
        Assert.Equal(PendingStatus.Underpriced, Add(2, s_alice, 0, fee: 10));
        Assert.Equal(PendingStatus.Replaced, Add(3, s_alice, 0, fee: 11));
        Assert.False(_pool.TryGet(MempoolFixture.Hash(1), out _));
        Assert.True(_pool.TryGet(MempoolFixture.Hash(3), out _));
        Assert.Equal(1, _pool.Count);
    }

    [Fact]
    public void Judge_NonceChain_IsExecutableOnlyWhole()
    {
        _pool.TellAccount(s_alice, 5, null);
        Add(1, s_alice, 7);
        Assert.Equal(Executability.NonceGap, Judge(1));
        Add(2, s_alice, 5);
        Assert.Equal(Executability.NonceGap, Judge(1));
        Add(3, s_alice, 6);
        Assert.Equal(Executability.Executable, Judge(1));
        Assert.Equal(PendingStatus.Stale, Add(4, s_alice, 4));
    }

    [Fact]
    public void Judge_FeesGasAndBalance_EachHasItsReason()
    {
        _pool.OnBlock(1, 100, 30_000_000, []);
        Add(1, s_alice, 0, fee: 99);
        Assert.Equal(Executability.FeeBelowBase, Judge(1));
        Add(2, s_bob, 0, fee: 100, gas: 30_000_001);
        Assert.Equal(Executability.TooMuchGas, Judge(2));
        Add(3, MempoolFixture.At(52), 0, fee: 100, gas: 100);
        Assert.Equal(Executability.Executable, Judge(3));
        _pool.TellAccount(MempoolFixture.At(52), 0, 9_999);
        Assert.Equal(Executability.TooExpensive, Judge(3));
        _pool.TellAccount(MempoolFixture.At(52), 0, 10_000);
        Assert.Equal(Executability.Executable, Judge(3));
    }

    [Fact]
    public void OnBlock_NonceConsumedByAnother_ForgetsTheRest()
    {
        Add(1, s_alice, 0);
        Add(2, s_alice, 1);
        _pool.OnBlock(1, 0, 30_000_000, [Mined(9, s_alice, 0), Mined(10, s_bob, 4)]);
        Assert.False(_pool.TryGet(MempoolFixture.Hash(1), out _));
        Assert.Equal(Executability.Executable, Judge(2));
        Assert.Equal((2L, 0L, 0.0), (_pool.Counters.Mined, _pool.Counters.MinedSeen, _pool.Counters.LastCoverage));
        _pool.OnBlock(2, 0, 30_000_000, [Mined(2, s_alice, 1)]);
        Assert.Equal((1L, 1.0, 1 / 3.0), (_pool.Counters.MinedSeen, _pool.Counters.LastCoverage, _pool.Counters.Coverage));
        Assert.Equal(0, _pool.Count);
    }

    [Fact]
    public void OnBlock_TooOld_IsForgotten()
    {
        Add(1, s_alice, 0);
        for (ulong block = 1; block <= 3; block++)
            _pool.OnBlock(block, 0, 30_000_000, []);
        Assert.Equal(1, _pool.Count);
        _pool.OnBlock(4, 0, 30_000_000, []);
        Assert.Equal((0, 1L), (_pool.Count, _pool.Counters.Expired));
    }

    [Fact]
    public void Add_OwnAccountUnknownHash_IsTold()
    {
        _pool.ExpectOwn(MempoolFixture.Hash(1));
        Assert.Equal(PendingStatus.Added, Add(1, MempoolFixture.Us, 0));
        Assert.False(_pool.HasUnknownOwn);
        Assert.Equal(PendingStatus.UnknownOwnTransaction, Add(2, MempoolFixture.Us, 1));
        Assert.Equal(MempoolFixture.Hash(2), _pool.UnknownOwn);
    }

    [Fact]
    public void OnBlock_OwnAccountUnknownHashMined_IsTold()
    {
        _pool.OnBlock(1, 0, 30_000_000, [Mined(5, MempoolFixture.Us, 0)]);
        Assert.Equal(MempoolFixture.Hash(5), _pool.UnknownOwn);
    }

    [Fact]
    public void Add_Full_DropsTheLeastValuableFirst()
    {
        Add(1, MempoolFixture.At(100), 0, fee: 1, effects: s_swap);
        for (int i = 2; i <= 16; i++)
            Add(i, MempoolFixture.At((byte)(100 + i)), 0, fee: (ulong)(100 * i));
        Add(17, s_alice, 0, fee: 150);
        Assert.Equal(1, _pool.Counters.Dropped);
        Assert.False(_pool.TryGet(MempoolFixture.Hash(2), out _)); // the cheapest of those that are nothing to us
        Assert.True(_pool.TryGet(MempoolFixture.Hash(1), out _));
        Assert.True(_pool.Count <= 16);
    }

    [Fact]
    public void WriteExecutable_TipsAndNonces_AreInTheOrderOfABlock()
    {
        Add(1, s_alice, 0, fee: 20, tip: 1, effects: s_swap);
        Add(2, s_alice, 1, fee: 20, tip: 9, effects: s_swap);
        Add(3, s_bob, 0, fee: 20, tip: 5, effects: s_swap);
        Add(4, MempoolFixture.At(77), 0, fee: 20, tip: 7);
        Hash32[] order = new Hash32[8];
        Assert.Equal(3, _pool.WriteExecutable(order));
        Assert.True(Array.IndexOf(order, MempoolFixture.Hash(1)) < Array.IndexOf(order, MempoolFixture.Hash(2)));
        Assert.Equal(1, _pool.WriteExecutable(order.AsSpan(0, 1)));
        Assert.Equal(2, _pool.Counters.DroppedWork);
    }

    [Fact]
    public void AddAndConsume_OnceWarm_AllocatesNothing()
    {
        PendingPool pool = new(new PendingPoolOptions { Capacity = 1024, EffectCapacity = 128, EffectsEach = 4 }, []);
        PendingTransactionView[] views = [.. Enumerable.Range(0, 512).Select(i => View(i + 1, MempoolFixture.At((byte)(i % 200)), (ulong)(i / 200), 10, 21_000, 1))];
        foreach (ref readonly PendingTransactionView view in views.AsSpan())
            pool.Add(in view, s_swap.AsSpan(), 0);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int round = 0; round < 3; round++)
                foreach (ref readonly PendingTransactionView view in views.AsSpan())
                    pool.Add(in view, s_swap.AsSpan(), 0);
        Assert.Equal(0, watch.LeastBytes);
    }

    private PendingStatus Add(int hash, Address sender, ulong nonce, ulong fee = 10, ulong gas = 21_000, ulong tip = 1, PendingEffect[]? effects = null) =>
        _pool.Add(View(hash, sender, nonce, fee, gas, effects is null && tip == 1 ? fee : tip), effects, hash);

    private Executability Judge(int hash)
    {
        Assert.True(_pool.TryGet(MempoolFixture.Hash(hash), out PendingTransactionView view));
        return _pool.Judge(in view);
    }

    private static PendingTransactionView View(int hash, Address sender, ulong nonce, ulong fee, ulong gas, ulong tip) => new()
    {
        Hash = MempoolFixture.Hash(hash),
        Sender = sender,
        Nonce = nonce,
        GasLimit = gas,
        MaxFeePerGasWei = fee,
        TipPerGasWei = tip,
    };

    private static MinedTransaction Mined(int hash, Address sender, ulong nonce) => new(MempoolFixture.Hash(hash), sender, default, nonce, 10, 1);
}
