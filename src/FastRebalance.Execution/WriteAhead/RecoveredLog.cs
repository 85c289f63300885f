using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>What a log held when it was opened.</summary>
/// <param name="State">
/// What is known of the account. After a loss of power everything that was armed is possibly out: the word that it left may be lost, it is not.
/// </param>
/// <param name="Start">How the epoch before ended.</param>
/// <param name="Config">Hash of the configuration that traded last; zero for a new log.</param>
/// <param name="WasTorn">The last record of a stream was cut short, and was cut away.</param>
/// <param name="Reserve">Cancels in reserve: their hashes are ours, out or not.</param>
/// <param name="IsBehindChain">
/// The chain has mined more than the log ever let go: somebody else has the key, or the whole folder is from an older copy. Nothing may be sent.
/// </param>
public sealed record RecoveredLog(SubmitterState State, EpochStart Start, Hash32 Config, bool WasTorn, IReadOnlyList<ArmedAttempt> Reserve, bool IsBehindChain);
