namespace FastRebalance.Execution.Channels;

/// <summary>A channel whose requests can be made when a transaction is signed, so that sending one is a single write to a stream.</summary>
public interface IReadyRequests
{
    /// <summary>Every place that a transaction goes to, with the form that its bytes have there; the first is the channel's own choice.</summary>
    IReadOnlyList<ReadyPlace> Places { get; }
}
