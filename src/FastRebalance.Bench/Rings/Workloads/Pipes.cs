using System.Collections.Concurrent;
using System.Threading.Channels;

namespace FastRebalance.Bench.Rings.Workloads;

/// <summary>A bounded queue of the runtime's, seen as the baselines use it.</summary>
internal interface IPipe<T>
{
    /// <summary>Puts one in, waiting while the queue is full.</summary>
    void Write(in T value);

    /// <summary>Takes one out, waiting while the queue is empty.</summary>
    T Read();
}

/// <summary>A bounded channel polled without ever sleeping, as a hot thread would.</summary>
internal readonly struct SpinningChannelPipe<T>(int capacity) : IPipe<T>
{
    private readonly Channel<T> _channel = Channel.CreateBounded<T>(capacity);

    public void Write(in T value)
    {
        SpinWait wait = default;
        while (!_channel.Writer.TryWrite(value))
            wait.SpinOnce(sleep1Threshold: -1);
    }

    public T Read()
    {
        SpinWait wait = default;
        T? value;
        while (!_channel.Reader.TryRead(out value))
            wait.SpinOnce(sleep1Threshold: -1);
        return value;
    }
}

/// <summary>A bounded blocking collection over its usual queue.</summary>
internal readonly struct CollectionPipe<T>(int capacity) : IPipe<T>
{
    private readonly BlockingCollection<T> _collection = new(capacity);

    public void Write(in T value) => _collection.Add(value);

    public T Read() => _collection.Take();
}
