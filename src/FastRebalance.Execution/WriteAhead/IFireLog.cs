using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>Takes the word that an attempt is about to leave. One thread; allocates nothing, waits for no disk.</summary>
public interface IFireLog
{
    /// <summary>Appends before the first byte goes: a process that dies after this has told.</summary>
    /// <param name="nonce">The attempt's.</param>
    /// <param name="hash">The attempt.</param>
    /// <param name="isRehearsal">
    /// Goes the same way by the same code and says nothing, so that code, the place of the next record and what is known of the attempt are within reach
    /// when a shot comes. An attempt that is not known does no harm then.
    /// </param>
    /// <returns>Of a rehearsal, what firing would be answered as far as can be told without doing it.</returns>
    LogVerdict Fire(ulong nonce, in Hash32 hash, bool isRehearsal = false);
}
