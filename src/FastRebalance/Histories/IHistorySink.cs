namespace FastRebalance.Histories;

/// <summary>
/// Takes a run's history while it is read: what was decided, reported and told by operators, in the order it happened; the orders once nothing
/// more can become of them, or at the journal's end.
/// </summary>
public interface IHistorySink
{
    void Take(RecordedDecision decision);

    void Take(RecordedReport report);

    void Take(RecordedAction action);

    void Take(RecordedLoss loss);

    void Take(RecordedOrder order);
}
