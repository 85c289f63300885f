using System.Text.Json;
using System.Threading.Channels;
using FastRebalance.Core.Measures;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>A subscription without the type of its values: what the connections deal with.</summary>
public abstract class RpcSubscription : IAsyncDisposable
{
    private readonly RpcClient _client;
    private long _dropped;
    private long _malformed;

    private protected RpcSubscription(RpcClient client, SubscriptionTopic topic)
    {
        _client = client;
        Topic = topic;
    }

    /// <summary>Values dropped because the consumer was slower than <see cref="EthereumNodeOptions.SubscriptionCapacity"/> allows.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True once any value was dropped: what was read is not all that happened.</summary>
    public bool IsLossy => Dropped != 0;

    /// <summary>Values that could not be read and were left out.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    internal SubscriptionTopic Topic { get; }

    /// <summary>Ends the subscription; what was read already can still be taken.</summary>
    public async ValueTask DisposeAsync()
    {
        await _client.UnsubscribeAsync(this).ConfigureAwait(false);
        Complete();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes one value's JSON. Called by the connection's reading task only, so entries keep the wire's order.</summary>
    internal void Deliver(ReadOnlySpan<byte> json, int generation)
    {
        try
        {
            if (!TryWrite(json, generation))
                Interlocked.Increment(ref _dropped);
        }
        catch (JsonException)
        {
            Interlocked.Increment(ref _malformed);
        }
    }

    internal abstract void Signal(SubscriptionSignal signal, int generation);

    internal abstract void Complete();

    private protected abstract bool TryWrite(ReadOnlySpan<byte> json, int generation);
}

/// <summary>
/// A subscription that survives reconnects. One consumer reads <see cref="Items"/>; memory is bounded: what a slow consumer
/// leaves behind is dropped, counted, and told with the next entry.
/// </summary>
public sealed class RpcSubscription<T> : RpcSubscription
{
    // Lost and Started come in pairs, at most one per reconnect; they keep a place of their own when values fill the rest.
    private const int PlacesForSignals = 64;

    private readonly Channel<SubscriptionItem<T>> _channel;
    private readonly SubscriptionParser<T> _parse;
    private readonly int _capacity;

    internal RpcSubscription(RpcClient client, SubscriptionTopic topic, SubscriptionParser<T> parse, int capacity)
        : base(client, topic)
    {
        _parse = parse;
        _capacity = capacity;
        _channel = Channel.CreateBounded<SubscriptionItem<T>>(new BoundedChannelOptions(capacity + PlacesForSignals)
        {
            SingleReader = true,
            SingleWriter = false,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>Completed when the subscription or its node is disposed.</summary>
    public ChannelReader<SubscriptionItem<T>> Items => _channel.Reader;

    internal override void Signal(SubscriptionSignal signal, int generation) =>
        _channel.Writer.TryWrite(new SubscriptionItem<T>(signal, default, generation, Dropped, MonotonicClock.NowNs));

    internal override void Complete() => _channel.Writer.TryComplete();

    private protected override bool TryWrite(ReadOnlySpan<byte> json, int generation)
    {
        long now = MonotonicClock.NowNs;
        T value = _parse(json);
        return _channel.Reader.Count < _capacity
            && _channel.Writer.TryWrite(new SubscriptionItem<T>(SubscriptionSignal.Item, value, generation, Dropped, now));
    }
}

internal delegate T SubscriptionParser<out T>(ReadOnlySpan<byte> json);
