using FastRebalance.Core.Events;

namespace FastRebalance.Amm.Positions;

/// <summary>
/// A pool position that is read whole at a block, to the unit, from a handful of calls that need no answer of each other: they travel in the one
/// batch that a feed asks at each head, and no state of an earlier block can make the answer wrong.
/// </summary>
public abstract class FollowedPosition
{
    /// <summary>How many calls one reading takes.</summary>
    public abstract int CallCount { get; }

    /// <summary>What to ask at one block; the answers go to <see cref="TryRead"/> in the same order, empty where a call reverted.</summary>
    public abstract void AppendCalls(List<PoolCall> calls);

    /// <summary>The position as of the block that was asked.</summary>
    /// <returns>False where the answers are not those of such contracts.</returns>
    public abstract bool TryRead(IReadOnlyList<byte[]> answers, out PoolPosition position);
}
