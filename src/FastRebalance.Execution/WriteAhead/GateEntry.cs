using FastRebalance.Execution.Confirmation;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// What the trigger's thread and the account's thread fight over: whether an armed attempt is let go or given up. Only one of them can have
/// it, so what is retired was never fired, and never will be.
/// </summary>
internal sealed class GateEntry(ulong nonce, AttemptKind kind)
{
    private const int Armed = 0;
    private const int LetGo = 1;
    private const int GivenUp = 2;

    private int _claim;

    public ulong Nonce { get; } = nonce;

    public AttemptKind Kind { get; } = kind;

    public bool IsLetGo => Volatile.Read(ref _claim) == LetGo;

    /// <param name="isRehearsal">Takes the word and changes nothing.</param>
    /// <returns>True when it is let go now, or was before; of a rehearsal, that it could be.</returns>
    public bool TryLetGo(bool isRehearsal = false) => Interlocked.CompareExchange(ref _claim, isRehearsal ? Armed : LetGo, Armed) != GivenUp;

    /// <returns>True when it is given up now, or was before.</returns>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _claim, GivenUp, Armed) != LetGo;
}
