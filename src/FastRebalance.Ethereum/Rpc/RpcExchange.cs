namespace FastRebalance.Ethereum.Rpc;

/// <summary>One message out and the replies that it waits for. The connection's lock guards the replies.</summary>
internal sealed class RpcExchange(long firstId, int count, RpcSubscription? subscription)
{
    private const int Queued = 0, Writing = 1, Abandoned = 2;

    private readonly TaskCompletionSource<RpcReply[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RpcReply[] _replies = new RpcReply[count];
    private int _missing = count;
    private int _writing;

    public long FirstId => firstId;

    public int Count => _replies.Length;

    public RpcSubscription? Subscription => subscription;

    public Task<RpcReply[]> Done => _done.Task;

    /// <summary>True when the caller has not given up yet: from here on the node may know of it.</summary>
    public bool TryBeginWriting() => Interlocked.CompareExchange(ref _writing, Writing, Queued) == Queued;

    /// <summary>True when it was stopped before its first byte.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _writing, Abandoned, Queued) is Queued or Abandoned;

    public void Put(long id, in RpcReply reply)
    {
        _replies[id - firstId] = reply;
        if (--_missing == 0)
            _done.TrySetResult(_replies);
    }

    /// <summary>The node's answer ended without these.</summary>
    public void EndIncomplete()
    {
        for (int i = 0; i < _replies.Length; i++)
            if (_replies[i] == default)
                _replies[i] = new RpcReply(null, null, RpcReply.LeftOut);
        _done.TrySetResult(_replies);
    }

    public void Fail(Exception error) => _done.TrySetException(error);
}
