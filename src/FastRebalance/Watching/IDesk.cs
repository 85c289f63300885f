namespace FastRebalance.Watching;

/// <summary>A running portfolio as those see it who watch and stop it. Any thread.</summary>
public interface IDesk
{
    /// <summary>What the desk calls its portfolio.</summary>
    string Name { get; }

    /// <summary>A snapshot; costs some tens of microseconds, so ask some times a second.</summary>
    DeskState State();

    /// <summary>Does what an operator asks, and returns once the engine or the log has taken it, or says that it has not.</summary>
    /// <param name="action">What.</param>
    /// <param name="by">Where the word came from, in a few words: it stands in the log.</param>
    /// <param name="cancellation">Gives up waiting; the action stays given.</param>
    Task<ActionReply> ActAsync(OperatorAction action, string by, CancellationToken cancellation);
}
