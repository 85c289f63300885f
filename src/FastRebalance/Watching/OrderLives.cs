using FastRebalance.Core.Results;
using FastRebalance.Execution;

namespace FastRebalance.Watching;

/// <summary>
/// When each order reached each status, as seen by looking some times a second: an order's outcome knows what happened and not when. Written by the
/// host's loop, read by any thread.
/// </summary>
internal sealed class OrderLives
{
    /// <summary>Of those that have ended so many are kept.</summary>
    public const int KeptEnded = 200;

    private const int Forgotten = -1;

    private readonly Lock _gate = new();
    private readonly List<OrderLife> _lives = [];
    private readonly Dictionary<ulong, int> _place = [];

    /// <summary>Takes what senders know of their orders now.</summary>
    /// <returns>Those that are new or have reached a status since the last look.</returns>
    public IReadOnlyList<OrderLife> Look(IEnumerable<(string Account, OrderOutcome Outcome)> outcomes, long unixMs)
    {
        List<OrderLife> moved = [];
        lock (_gate)
        {
            foreach ((string account, OrderOutcome outcome) in outcomes)
                if (Take(account, outcome, unixMs) is { } life)
                    moved.Add(life);
            Forget();
        }
        return moved;
    }

    /// <summary>A snapshot, oldest first.</summary>
    public IReadOnlyList<OrderLife> All()
    {
        lock (_gate)
            return [.. _lives];
    }

    /// <returns>The life with its new step; null where nothing is new.</returns>
    private OrderLife? Take(string account, OrderOutcome outcome, long unixMs)
    {
        if (_place.TryGetValue(outcome.OrderId, out int at))
        {
            if (at == Forgotten)
                return null;
            OrderLife before = _lives[at];
            if (ReferenceEquals(before.Outcome, outcome))
                return null;
            OrderLife now = _lives[at] = before with { Outcome = outcome, Steps = Longer(before.Steps, outcome, unixMs) };
            return now.Steps.Count > before.Steps.Count ? now : null;
        }
        OrderLife life = new(account, outcome, unixMs, Longer([], outcome, unixMs));
        _place.Add(outcome.OrderId, _lives.Count);
        _lives.Add(life);
        return life;
    }

    private static IReadOnlyList<LifeStep> Longer(IReadOnlyList<LifeStep> steps, OrderOutcome outcome, long unixMs) => outcome.History.Count <= steps.Count
        ? steps
        : [.. steps, .. outcome.History.Skip(steps.Count).Select(status => new LifeStep(Explaining.Words.NameOf(status), unixMs))];

    private void Forget()
    {
        if (_lives.Count < 2 * KeptEnded)
            return;
        int surplus = _lives.Count(static life => !life.IsOpen) - KeptEnded;
        foreach (ulong order in _place.Keys.ToArray())
            _place[order] = Forgotten;
        _lives.RemoveAll(life => !life.IsOpen && surplus-- > 0);
        for (int i = 0; i < _lives.Count; i++)
            _place[_lives[i].Outcome.OrderId] = i;
    }
}

/// <summary>An order and the times of its life.</summary>
internal sealed record OrderLife(string Account, OrderOutcome Outcome, long FirstUnixMs, IReadOnlyList<LifeStep> Steps)
{
    /// <summary>Its end is not known yet, or may still change.</summary>
    public bool IsOpen => Outcome.Status is SubmitStatus.None or SubmitStatus.Submitted or SubmitStatus.Replaced or SubmitStatus.Included or SubmitStatus.Reverted
        or SubmitStatus.Reorged;
}
