using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Where a write-ahead log lies, whose it is, and how large its parts are.</summary>
public sealed record SubmitterLogOptions
{
    public const long DefaultAccountSegmentBytes = 16 * 1024 * 1024;
    public const long DefaultFireSegmentBytes = 1024 * 1024;
    public const long LeastSegmentBytes = 4096;

    /// <summary>The folder that holds one folder for each chain and account. On a local disk: a shared one keeps no locks worth the name.</summary>
    public required string Root { get; init; }

    public required ulong ChainId { get; init; }

    public required Address Sender { get; init; }

    /// <summary>Hash of the configuration that trades; kept for people.</summary>
    public Hash32 Config { get; init; }

    /// <summary>Space of an account segment. A group of attempts that is armed at once fits one.</summary>
    public long AccountSegmentBytes { get; init; } = DefaultAccountSegmentBytes;

    /// <summary>Space of a fire segment: 65 bytes each.</summary>
    public long FireSegmentBytes { get; init; } = DefaultFireSegmentBytes;

    /// <summary>Account segments from which on <see cref="SubmitterLog.Tend"/> makes a snapshot.</summary>
    public int SnapshotAfterSegments { get; init; } = 3;

    /// <summary>A larger snapshot is not made: the segments stay as they are.</summary>
    internal int MostSnapshotBytes { get; init; } = LogFormat.MaxPayloadBytes;

    /// <summary>Final nonces that a snapshot keeps.</summary>
    public ulong KeepFinal { get; init; } = 256;

    /// <summary>An epoch that is known from elsewhere to have been: an older log is refused. 0: none is known.</summary>
    public ulong LeastEpoch { get; init; }

    /// <summary>Transactions of the account that the chain has mined; null where nobody has asked yet.</summary>
    public ulong? ChainNonce { get; init; }
}
