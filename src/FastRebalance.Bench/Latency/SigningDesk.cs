using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Messaging;
using FastRebalance.Native;

namespace FastRebalance.Bench.Latency;

/// <summary>An order as it left the signer.</summary>
internal struct SignedOrder
{
    public ulong OrderId;
    public long SignedNs;
    public ulong Nonce;
    public Hash32 Hash;
    public ushort Bytes;
    public byte Legs;
}

/// <summary>
/// The far end of the order ring: turns each order into a transaction of the router and signs it. Nothing is sent. Signing thread
/// only, but for <see cref="SignedCount"/> and the orders below it, which any thread may read.
/// </summary>
internal sealed class SigningDesk : IBatchHandler<OrderEvent>, IDisposable
{
    /// <summary>Signed transactions kept, evenly over the run, to be verified after it.</summary>
    public const int Samples = 256;

    private const ulong ChainId = 31_337;
    private const ulong GasLimit = 600_000;

    private readonly TransactionSigner _signer;
    private readonly SwapRouter02Encoder _router;
    private readonly OrderLeg[] _legs = new OrderLeg[byte.MaxValue];
    private readonly byte[] _call = new byte[SwapRouter02Encoder.MaxLength(byte.MaxValue)];
    private readonly byte[] _signed;
    private readonly byte[][] _samples;
    private readonly SignedOrder[] _orders;
    private readonly int _stride;
    private OrderEvent _decision;
    private int _legCount;
    private int _signedCount;

    public SigningDesk(SampleMarket market, int maxOrders)
    {
        PrivateKey key = PrivateKey.Generate();
        _signer = new TransactionSigner(in key, ChainId);
        key.Clear();
        _router = new SwapRouter02Encoder(_signer.Address, SampleMarket.Tokens, [.. market.Setup.Pools.Select(p => p.Facts)]);
        _signed = new byte[_call.Length + 512];
        _orders = new SignedOrder[maxOrders];
        _stride = Math.Max(1, maxOrders / Samples);
        _samples = new byte[maxOrders / _stride + 1][];
        for (int i = 0; i < _samples.Length; i++)
            _samples[i] = new byte[8 * 1024];
    }

    public static Address Router { get; } = SampleMarket.AddressOf("router");

    /// <summary>The account that signs.</summary>
    public Address Account => _signer.Address;

    /// <summary>Decisions seen, orders among them.</summary>
    public long Decisions { get; private set; }

    public int SignedCount => Volatile.Read(ref _signedCount);

    public ref readonly SignedOrder this[int index] => ref _orders[index];

    /// <summary>Orders whose signed bytes were kept, with those bytes.</summary>
    public IEnumerable<(SignedOrder Order, byte[] Bytes)> Kept()
    {
        for (int i = 0; i < SignedCount; i += _stride)
            yield return (_orders[i], _samples[i / _stride][.._orders[i].Bytes]);
    }

    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
    {
        for (long sequence = lo; sequence <= hi; sequence++)
            Take(in ring[sequence]);
    }

    public void Dispose() => _signer.Dispose();

    private void Take(in OrderEvent e)
    {
        if (e.Kind == OrderEventKind.Decision)
        {
            Decisions++;
            _decision = e;
            _legCount = 0;
            return;
        }
        if (e.Kind == OrderEventKind.Passes)
        {
            Decisions += e.Passes.Count;
            return;
        }
        _legs[_legCount++] = e.Leg;
        if (_legCount == _decision.LegCount)
            Sign();
    }

    private void Sign()
    {
        EncodeStatus status = _router.TryEncode(
            _decision.Decision.DeadlineUnixSeconds, _legs.AsSpan(0, _legCount), _call, out int callLength);
        if (status != EncodeStatus.Encoded)
            throw new InvalidOperationException($"order {_decision.OrderId} cannot be encoded: {status}");
        int index = _signedCount;
        Eip1559Transaction transaction = new()
        {
            Nonce = (ulong)index,
            MaxPriorityFeePerGasWei = 100_000_000,
            MaxFeePerGasWei = 2 * _decision.Decision.BaseFeePerGasWei + 100_000_000,
            GasLimit = GasLimit,
            To = Router,
            Data = _call.AsMemory(0, callLength),
        };
        int length = _signer.Sign(in transaction, _signed, out Hash32 hash);
        long now = MonotonicClock.NowNs;

        ref SignedOrder order = ref _orders[index];
        order.OrderId = _decision.OrderId;
        order.SignedNs = now;
        order.Nonce = transaction.Nonce;
        order.Hash = hash;
        order.Bytes = checked((ushort)length);
        order.Legs = (byte)_legCount;
        if (index % _stride == 0)
            _signed.AsSpan(0, length).CopyTo(_samples[index / _stride]);
        Volatile.Write(ref _signedCount, index + 1);
    }
}
