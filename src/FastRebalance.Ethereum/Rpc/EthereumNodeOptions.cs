namespace FastRebalance.Ethereum.Rpc;

/// <summary>How an <see cref="EthereumNode"/> connects and what it may use.</summary>
public sealed class EthereumNodeOptions
{
    /// <summary>In order of preference: the first that answers is used, and the next one when it breaks.</summary>
    public required IReadOnlyList<RpcEndpoint> Endpoints { get; init; }

    /// <summary>When set, an endpoint of another chain is refused.</summary>
    public ulong? ExpectedChainId { get; init; }

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>First pause after every endpoint failed; doubles up to <see cref="ReconnectMaxDelay"/>, each with ±50 % jitter.</summary>
    public TimeSpan ReconnectMinDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan ReconnectMaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A larger message breaks the connection.</summary>
    public int MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Items that a subscription holds for a slow consumer; further ones are dropped and counted.</summary>
    public int SubscriptionCapacity { get; init; } = 4096;

    /// <summary>Requests that may wait for an answer on one connection; further ones fail unsent.</summary>
    public int MaxRequestsInFlight { get; init; } = 4096;

    /// <summary>Requests per JSON-RPC batch; longer lists go out as several batches.</summary>
    public int MaxBatchSize { get; init; } = 500;

    /// <summary>Pause between two looks at a node that cannot push.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Requests in a row without any answer after which the connection is given up.</summary>
    public int TimeoutsBeforeReconnect { get; init; } = 3;

    /// <summary>Silence after which a WebSocket, or an HTTP/2 connection with requests under way, is asked for a sign of life.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait for that sign, after which the connection counts as dead.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an HTTP connection without work is kept.</summary>
    public TimeSpan HttpIdleTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Pause between two looks at every endpoint: whether it is still on its chain, and at which head.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Blocks that the endpoint in use may be behind the best head before another one takes its place; a node that is a block late is no fault.</summary>
    public int MaxLagBlocks { get; init; } = 5;

    /// <exception cref="FormatException">An endpoint cannot be read.</exception>
    public static EthereumNodeOptions For(params IEnumerable<string> endpoints) =>
        new() { Endpoints = [.. endpoints.Select(RpcEndpoint.Parse)] };

    /// <exception cref="ArgumentException">A value makes no sense; the message names it.</exception>
    internal void Validate()
    {
        if (Endpoints.Count == 0)
            throw new ArgumentException("no endpoint is given: name at least one, for example ipc:node.ipc or ws://127.0.0.1:8545");
        RequirePositive(RequestTimeout, nameof(RequestTimeout));
        RequirePositive(ConnectTimeout, nameof(ConnectTimeout));
        RequirePositive(ReconnectMinDelay, nameof(ReconnectMinDelay));
        RequirePositive(ReconnectMaxDelay, nameof(ReconnectMaxDelay));
        RequirePositive(PollInterval, nameof(PollInterval));
        RequirePositive(KeepAliveInterval, nameof(KeepAliveInterval));
        RequirePositive(KeepAliveTimeout, nameof(KeepAliveTimeout));
        RequirePositive(HttpIdleTimeout, nameof(HttpIdleTimeout));
        RequirePositive(WatchInterval, nameof(WatchInterval));
        RequirePositive(MaxLagBlocks, nameof(MaxLagBlocks));
        RequirePositive(MaxMessageBytes, nameof(MaxMessageBytes));
        RequirePositive(SubscriptionCapacity, nameof(SubscriptionCapacity));
        RequirePositive(MaxRequestsInFlight, nameof(MaxRequestsInFlight));
        RequirePositive(MaxBatchSize, nameof(MaxBatchSize));
        RequirePositive(TimeoutsBeforeReconnect, nameof(TimeoutsBeforeReconnect));
    }

    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
            throw new ArgumentException($"{name} is {value}: it must be longer than zero");
    }

    private static void RequirePositive(int value, string name)
    {
        if (value <= 0)
            throw new ArgumentException($"{name} is {value}: it must be at least 1");
    }
}
