using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Takes the word that an attempt is about to leave. One thread; allocates nothing, waits for no disk.</summary>
public interface IFireLog
{
    /// <summary>Appends before the first byte goes: a process that dies after this has told.</summary>
    LogVerdict Fire(ulong nonce, in Hash32 hash);

    /// <summary>Goes to where the next record will lie and says nothing: it is within reach when a shot comes. The same thread.</summary>
    void Touch();
}
