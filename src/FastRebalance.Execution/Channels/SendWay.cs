namespace FastRebalance.Execution.Channels;

/// <summary>To whom a transaction goes, and behind what. The default: to every channel, by itself.</summary>
/// <param name="IsPrivate">To no public channel, where there is another; where there is none, to all.</param>
/// <param name="Behind">A signed transaction of somebody's that ours shall follow at once; empty for none. To channels that can do that alone.</param>
internal readonly record struct SendWay(bool IsPrivate, ReadOnlyMemory<byte> Behind = default)
{
    public bool IsBehind => !Behind.IsEmpty;
}
