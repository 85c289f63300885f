using FastRebalance.Core.Events;
using FastRebalance.Engine;

namespace FastRebalance.Reloading;

/// <summary>
/// Where the live engine finds the policy of the next configuration, laid there before the event that names it is published. One lies there at a time.
/// </summary>
internal sealed class PolicyShelf : IPolicySource
{
    private Laid? _next;

    /// <summary>The engine has come to the last one.</summary>
    public bool IsTaken => Volatile.Read(ref _next) is null;

    /// <exception cref="InvalidOperationException">Another lies there.</exception>
    public void Lay(in ConfigurationChange change, ReadyPolicy policy)
    {
        if (Interlocked.CompareExchange(ref _next, new Laid(change.Generation, policy), null) is { } other)
            throw new InvalidOperationException($"configuration {other.Generation} has not been taken up yet");
    }

    /// <inheritdoc/>
    public ReadyPolicy Take(in ConfigurationChange change)
    {
        Laid? next = Volatile.Read(ref _next);
        if (next?.Generation != change.Generation)
            ThrowMissing(change.Generation);
        Volatile.Write(ref _next, null);
        return next!.Policy;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowMissing(uint generation) =>
        throw new InvalidOperationException($"configuration {generation} holds from here on, and its policy was never laid out");

    private sealed record Laid(uint Generation, ReadyPolicy Policy);
}
