namespace FastRebalance.Devnet.Relay;

/// <summary>What a local relay is started with.</summary>
public sealed record LocalRelayOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Time between two blocks; null makes a block at each <see cref="LocalRelay.MineAsync"/> and never by itself.</summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>Told, in a line each, what became of bundles. Any thread.</summary>
    public Action<string>? Progress { get; init; }
}
