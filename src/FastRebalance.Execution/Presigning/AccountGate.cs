using System.Runtime.InteropServices;

namespace FastRebalance.Execution.Presigning;

/// <summary>The word that stops everything of an account at once. Opened by the account thread; any thread may make it stricter, none laxer.</summary>
public sealed class AccountGate
{
    private Word _word;

    public AccountGateState State => (AccountGateState)Volatile.Read(ref _word.Value);

    public bool IsOpen => State == AccountGateState.Open;

    /// <summary>Lets fills leave, once everything before it is settled. False where it was drained or killed: that needs a new start.</summary>
    public bool TryOpen() =>
        Interlocked.CompareExchange(ref _word.Value, (int)AccountGateState.Open, (int)AccountGateState.Closed) is (int)AccountGateState.Closed or (int)AccountGateState.Open;

    /// <summary>Nothing leaves until it is opened again; for a reconnect, a doubt, a reorganisation.</summary>
    public bool TryClose() =>
        Interlocked.CompareExchange(ref _word.Value, (int)AccountGateState.Closed, (int)AccountGateState.Open) is (int)AccountGateState.Open or (int)AccountGateState.Closed;

    /// <summary>Drains or kills. What is stricter already stays.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The state is none that stops.</exception>
    public void Stop(AccountGateState to)
    {
        if (to is < AccountGateState.Draining or > AccountGateState.KilledCold)
            throw new ArgumentOutOfRangeException(nameof(to), to, "a stop is draining or a kill");
        int seen = Volatile.Read(ref _word.Value);
        while (seen < (int)to)
        {
            int found = Interlocked.CompareExchange(ref _word.Value, (int)to, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 260)]
    private struct Word
    {
        [FieldOffset(128)] public int Value;
    }
}
