using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>What a note tells. Zero is nothing.</summary>
public enum NoteKind : byte
{
    None = 0,

    /// <summary>A channel said that it has the attempt.</summary>
    Acknowledged,

    /// <summary>A pool has shown it.</summary>
    Echoed,

    /// <summary>It is in a canonical block.</summary>
    Included,

    /// <summary>Its block left the chain.</summary>
    Unincluded,

    /// <summary>The slot is followed no longer: its nonce is consumed, deep enough.</summary>
    Final,

    /// <summary>An order has taken the slot's decision for its own.</summary>
    Bound,

    /// <summary>No byte of the slot ever left, every channel says so: its nonce may serve another decision.</summary>
    Void,
}

/// <param name="Kind">What happened.</param>
/// <param name="Nonce">To which slot.</param>
/// <param name="Hash">To which attempt; zero where it is the whole slot.</param>
/// <param name="OrderId">For whom; 0 where nobody asked.</param>
/// <param name="BlockNumber">Where it was included.</param>
/// <param name="BlockHash">And in which block of that height.</param>
/// <param name="Succeeded">It did not revert.</param>
public readonly record struct SubmissionNote(
    NoteKind Kind, ulong Nonce, Hash32 Hash = default, ulong OrderId = 0, ulong BlockNumber = 0, Hash32 BlockHash = default, bool Succeeded = false);
