namespace FastRebalance.Devnet;

/// <summary>What a local chain is started with.</summary>
public sealed record DevnetOptions
{
    /// <summary>Seeds accounts, the desk's key, prices and noise: the same seed gives the same market at the same addresses.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Receives the manifest, the configuration, the desk's keystore and the node's socket; made when missing.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Time between two blocks, 50 ms to 1 minute; fractions of a second are fine.</summary>
    public TimeSpan BlockTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a trader of its own account keeps prices moving.</summary>
    public bool Noise { get; init; }

    /// <summary>
    /// Whether a local relay, which stands in for a builder's, makes the blocks and is the configuration's only channel
    /// (<see cref="Relay.LocalRelay"/>).
    /// </summary>
    public bool Relay { get; init; }

    /// <summary>
    /// Whether a lending market stands as well: the published bytecode of Aave V3 over the chain's tokens, with simulated price sources and a lender's
    /// supply to borrow.
    /// </summary>
    public bool WithAave { get; init; }

    /// <summary>The port of HTTP and WebSocket on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether tokens, exchanges, pools and the desk are set up; false leaves an empty chain without a configuration.</summary>
    public bool DeployMarket { get; init; } = true;

    /// <summary>Where the packages are installed; null takes <see cref="Install.DevnetInstaller.DefaultDirectory"/>.</summary>
    public string? PartsDirectory { get; init; }

    /// <summary>Told, in a line each, the steps of the start and what the noise trader stumbles over. Any thread.</summary>
    public Action<string>? Progress { get; init; }

    /// <exception cref="ArgumentException">A value makes no sense; the message names it and says what would.</exception>
    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(OutputDirectory))
            throw new ArgumentException("OutputDirectory is empty: name a folder for the manifest and the configuration");
        if (BlockTime < TimeSpan.FromMilliseconds(50) || BlockTime > TimeSpan.FromMinutes(1))
            throw new ArgumentException($"BlockTime is {BlockTime}: it must lie between 50 ms and 1 minute");
        if (Port is < 0 or > ushort.MaxValue)
            throw new ArgumentException($"Port is {Port}: it must be 0 (any free one) or at most {ushort.MaxValue}");
        if (Noise && !DeployMarket)
            throw new ArgumentException("Noise needs a market to trade in: set DeployMarket as well");
        if (WithAave && !DeployMarket)
            throw new ArgumentException("WithAave needs the market's tokens: set DeployMarket as well");
    }
}
