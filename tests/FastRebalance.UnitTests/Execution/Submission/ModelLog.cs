using FastRebalance.Core.Assets;
using FastRebalance.Execution.Confirmation;
using FastRebalance.Execution.Submission;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>
/// The write-ahead log as the machine may rely on it: what is armed is durable, the word that it leaves survives the process and not the power.
/// </summary>
internal sealed class ModelLog
{
    private readonly SortedList<ulong, List<Line>> _slots = [];
    private readonly List<DecisionId> _over = [];

    /// <summary>Of one attempt.</summary>
    internal sealed class Line(ModelTransaction transaction, SlotOrder order)
    {
        public ModelTransaction Transaction { get; } = transaction;

        public SlotOrder Order { get; } = order;

        public bool IsReleased { get; set; }
    }

    public KillMode Kill { get; set; } = KillMode.Off;

    public bool IsBroken { get; set; }

    /// <summary>The first nonce above all on which anything was ever let go.</summary>
    public ulong FirstUnused { get; private set; } = ModelChain.FirstNonce;

    /// <summary>Decisions whose slots are closed.</summary>
    public IReadOnlyList<DecisionId> Over => _over;

    public IList<ulong> Nonces => _slots.Keys;

    public IReadOnlyList<Line> Lines(ulong nonce) => _slots.TryGetValue(nonce, out List<Line>? lines) ? lines : [];

    public bool Holds(ModelTransaction transaction) => Find(transaction) is { IsReleased: true };

    public bool Arm(ModelTransaction transaction, in SlotOrder order)
    {
        if (IsBroken)
            return false;
        if (!_slots.TryGetValue(transaction.Nonce, out List<Line>? lines))
            _slots.Add(transaction.Nonce, lines = []);
        lines.Add(new Line(transaction, order));
        return true;
    }

    public bool Release(ModelTransaction transaction)
    {
        if (IsBroken || Find(transaction) is not { } line)
            return false;
        line.IsReleased = true;
        FirstUnused = Math.Max(FirstUnused, transaction.Nonce + 1);
        return true;
    }

    /// <summary>What was armed there and not let go is not let go any more.</summary>
    public void Retire(ulong nonce)
    {
        if (!_slots.TryGetValue(nonce, out List<Line>? lines))
            return;
        lines.RemoveAll(static line => !line.IsReleased);
        if (lines.Count == 0)
            _slots.Remove(nonce);
    }

    /// <summary>No byte of it ever left.</summary>
    public void Void(ulong nonce)
    {
        EndDecisions(nonce);
        _slots.Remove(nonce);
        if (FirstUnused == nonce + 1)
            FirstUnused = nonce;
    }

    public void Final(ulong nonce)
    {
        EndDecisions(nonce);
        _slots.Remove(nonce);
    }

    /// <summary>Words that no sync has covered are gone; it is not known which, so with a new boot all that is armed may be out.</summary>
    public void LosePower()
    {
        foreach (ulong nonce in _slots.Keys)
            FirstUnused = Math.Max(FirstUnused, nonce + 1);
        foreach (List<Line> lines in _slots.Values)
            foreach (Line line in lines)
                line.IsReleased = true;
    }

    private void EndDecisions(ulong nonce)
    {
        foreach (Line line in Lines(nonce))
            if (line.Transaction.Kind == AttemptKind.Fill && !_over.Contains(line.Transaction.Decision))
                _over.Add(line.Transaction.Decision);
    }

    private Line? Find(ModelTransaction transaction)
    {
        foreach (Line line in Lines(transaction.Nonce))
            if (line.Transaction == transaction)
                return line;
        return null;
    }
}
