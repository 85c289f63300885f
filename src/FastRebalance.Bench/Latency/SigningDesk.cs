using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Measures;
using FastRebalance.Core.Results;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Transactions;
using FastRebalance.Messaging;
using FastRebalance.Native;

namespace FastRebalance.Bench.Latency;

/// <summary>
/// The far end of the order ring: turns each order into a transaction of the router, signs it and writes the request that would hand
/// it to a builder into a socket. Signing thread only, but for <see cref="SignedCount"/> and the orders below it, which any thread
/// may read.
/// </summary>
internal sealed class SigningDesk : IBatchHandler<OrderEvent>, IDisposable
{
    /// <summary>Requests kept by the far end of the socket, evenly over the run, to be verified after it.</summary>
    public const int Samples = 256;

    private const int MostTransactionBytes = 4 * 1024;
    private const ulong ChainId = 31_337;
    private const ulong GasLimit = 600_000;

    private readonly TransactionSigner _signer;
    private readonly SwapRouter02Encoder _router;
    private readonly OrderLeg[] _legs = new OrderLeg[byte.MaxValue];
    private readonly byte[] _call = new byte[SwapRouter02Encoder.MaxLength(byte.MaxValue)];
    private readonly byte[] _signed;
    private readonly byte[] _request;
    private readonly SignedOrder[] _orders;
    private OrderEvent _decision;
    private int _legCount;
    private int _signedCount;
    private bool _isMeasuring;
    private long _bytesBefore;

    public SigningDesk(SampleMarket market, int maxOrders)
    {
        PrivateKey key = PrivateKey.Generate();
        _signer = new TransactionSigner(in key, ChainId);
        key.Clear();
        _router = new SwapRouter02Encoder(_signer.Address, SampleMarket.Tokens, [.. market.Setup.Pools.Select(p => p.Facts)]);
        _signed = new byte[_call.Length + 512];
        _request = new byte[RawTransactionRequest.MaxLength(_signed.Length)];
        _orders = new SignedOrder[maxOrders];
        Array.Clear(_orders); // writes every page, so that none is missing later
        Socket = new DiscardingSocket(Math.Max(1, maxOrders / Samples), maxOrders, RawTransactionRequest.MaxLength(MostTransactionBytes));
    }

    public static Address Router { get; } = SampleMarket.AddressOf("router");

    /// <summary>The account that signs.</summary>
    public Address Account => _signer.Address;

    public DiscardingSocket Socket { get; }

    /// <summary>Orders due earlier are warm-up.</summary>
    public long MeasuredFromNs { get; init; }

    /// <summary>Decisions seen, orders among them.</summary>
    public long Decisions { get; private set; }

    public int SignedCount => Volatile.Read(ref _signedCount);

    /// <summary>Bytes written to the socket.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Bytes that the signing thread allocated while it was measured.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>From the order in hand to the signed bytes: call data, fields, signature.</summary>
    public LatencyHistogram Sign { get; } = new();

    /// <summary>From the signed bytes to the return of the write: request text and system call.</summary>
    public LatencyHistogram SocketWrite { get; } = new();

    public ref readonly SignedOrder this[int index] => ref _orders[index];

    public void OnBatch(RingBuffer<OrderEvent> ring, long lo, long hi)
    {
        if (!_isMeasuring && ring[lo].DueNs >= MeasuredFromNs)
        {
            _isMeasuring = true;
            _bytesBefore = GC.GetAllocatedBytesForCurrentThread();
        }
        for (long sequence = lo; sequence <= hi; sequence++)
            Take(in ring[sequence]);
    }

    public void OnShutdown() => AllocatedBytes = _isMeasuring ? GC.GetAllocatedBytesForCurrentThread() - _bytesBefore : 0;

    public void Dispose()
    {
        Socket.Dispose();
        _signer.Dispose();
    }

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
            SignAndWrite();
    }

    private void SignAndWrite()
    {
        long taken = MonotonicClock.NowNs;
        ref SignedOrder order = ref _orders[_signedCount];
        int length = SignInto(ref order);
        order.SignedNs = MonotonicClock.NowNs;
        int requestBytes = RawTransactionRequest.Write(_request, _signedCount, _signed.AsSpan(0, length));
        Socket.Write(_request.AsSpan(0, requestBytes));
        order.WrittenNs = MonotonicClock.NowNs;

        WrittenBytes += requestBytes;
        if (_isMeasuring)
        {
            Sign.Record(order.SignedNs - taken);
            SocketWrite.Record(order.WrittenNs - order.SignedNs);
        }
        Volatile.Write(ref _signedCount, _signedCount + 1);
    }

    private int SignInto(ref SignedOrder order)
    {
        EncodeStatus status = _router.TryEncode(
            _decision.Decision.DeadlineUnixSeconds, _legs.AsSpan(0, _legCount), _call, out int callLength);
        if (status != EncodeStatus.Encoded)
            throw new InvalidOperationException($"order {_decision.OrderId} cannot be encoded: {status}");
        Eip1559Transaction transaction = new()
        {
            Nonce = (ulong)_signedCount,
            MaxPriorityFeePerGasWei = 100_000_000,
            MaxFeePerGasWei = 2 * _decision.Decision.BaseFeePerGasWei + 100_000_000,
            GasLimit = GasLimit,
            To = Router,
            Data = _call.AsMemory(0, callLength),
        };
        int length = _signer.Sign(in transaction, _signed, out order.Hash);
        order.OrderId = _decision.OrderId;
        order.Nonce = transaction.Nonce;
        order.Bytes = checked((ushort)length);
        order.Legs = (byte)_legCount;
        return length;
    }
}
