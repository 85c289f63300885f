using FastRebalance.Core.Assets;
using FastRebalance.Execution.Submission;

namespace FastRebalance.Bench.Chaos;

/// <summary>A fill as the executor contract has logged it in a canonical block.</summary>
internal readonly record struct ChaosFill(DecisionId Decision, Hash32 Transaction);

/// <summary>The account on the canonical chain.</summary>
/// <param name="Nonce">Its next one.</param>
/// <param name="PendingNonce">Its next one past what waits in the pool.</param>
/// <param name="Mined">Each of its transactions since the desk began.</param>
/// <param name="Succeeded">Those with status 1.</param>
/// <param name="Fills">What the executor has run.</param>
internal sealed record ChaosSight(
    ulong Nonce, ulong PendingNonce, IReadOnlyList<(ulong Nonce, Hash32 Hash)> Mined, IReadOnlySet<Hash32> Succeeded, IReadOnlyList<ChaosFill> Fills);
