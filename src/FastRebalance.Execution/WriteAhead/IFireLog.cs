using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Takes the word that an attempt is about to leave. One thread; allocates nothing, waits for no disk.</summary>
public interface IFireLog
{
    /// <summary>Appends before the first byte goes: a process that dies after this has told.</summary>
    LogVerdict Fire(ulong nonce, in Hash32 hash);

    /// <summary>
    /// Goes to where the next record will lie and to what is known of the attempt, and says nothing: both are within reach when a shot comes. The
    /// same thread.
    /// </summary>
    /// <param name="hash">Of the attempt that is the likeliest to leave next; one that is not known does no harm.</param>
    void Touch(in Hash32 hash);
}
