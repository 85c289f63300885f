using System.Collections.Concurrent;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Channels;

namespace FastRebalance.ChainTests;

/// <summary>A channel to a node that keeps what went through it, private cancels as well, and can hold it back behind a "taken".</summary>
internal sealed class WireTap(EthereumNode node) : ISubmitChannel, ICancelsPrivately
{
    private readonly PublicChannel _public = new(node);
    private readonly ConcurrentQueue<Hash32> _sent = [];
    private readonly ConcurrentQueue<Hash32> _cancelled = [];
    private readonly ConcurrentDictionary<Hash32, byte[]> _raw = [];

    public string Name => "tap";

    /// <summary>Which bytes go on to the node; of the others it says that it took them, and no node sees them.</summary>
    public Func<ReadOnlyMemory<byte>, bool> Lets { get; set; } = static _ => true;

    /// <summary>A transfer of nothing to ourselves: shorter than any fill.</summary>
    public static bool IsCancel(ReadOnlyMemory<byte> raw) => raw.Length < 160;

    /// <summary>Every hash that left, in order, as often as it left.</summary>
    public Hash32[] Sent => [.. _sent];

    /// <summary>What it was asked to forget.</summary>
    public Hash32[] Cancelled => [.. _cancelled];

    public Hash32[] Fills => [.. Sent.Where(hash => !IsCancel(RawOf(hash)))];

    public Hash32[] Cancels => [.. Sent.Where(hash => IsCancel(RawOf(hash)))];

    public byte[] RawOf(Hash32 hash) => _raw[hash];

    public Task<ChannelAnswer> SubmitAsync(ReadOnlyMemory<byte> raw, Hash32 hash, CancellationToken cancellation)
    {
        Assert.True(_raw.GetOrAdd(hash, raw.ToArray()).AsSpan().SequenceEqual(raw.Span)); // one hash, the same bytes
        _sent.Enqueue(hash);
        return Lets(raw) ? _public.SubmitAsync(raw, hash, cancellation) : Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));
    }

    public Task<ChannelAnswer> CancelAsync(Hash32 hash, CancellationToken cancellation)
    {
        _cancelled.Enqueue(hash);
        return Task.FromResult(new ChannelAnswer(AnswerClass.Accepted, ""));
    }
}
