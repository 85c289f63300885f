using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;

namespace FastRebalance.Execution.Confirmation;

/// <summary>What a look is to find out about one slot: copied when it begins, so that the slot may go on meanwhile.</summary>
/// <param name="Nonce">The slot.</param>
/// <param name="Attempts">Its attempts so far, whether released or not.</param>
/// <param name="Newest">The one that the pool is asked about.</param>
/// <param name="IsSettled">Mined and told: the pool is not asked.</param>
/// <param name="TestsRevert">The fill is tried on the head.</param>
/// <param name="CallData">Of its fills.</param>
/// <param name="GasLimit">Of its fills.</param>
/// <param name="DecisionNumber">By which its fills are told apart in the logs.</param>
/// <param name="Legs">What the fills were to bring about; empty where that is not known.</param>
/// <param name="KnownBlock">The block whose receipt was read before; zero for none.</param>
internal sealed record SlotQuestion(
    ulong Nonce,
    IReadOnlyList<AskedAttempt> Attempts,
    int Newest,
    bool IsSettled,
    bool TestsRevert,
    ReadOnlyMemory<byte> CallData,
    ulong GasLimit,
    ulong DecisionNumber,
    IReadOnlyList<OrderLeg> Legs,
    Hash32 KnownBlock);

/// <param name="Hash">Its hash; zero while unsigned.</param>
/// <param name="IsFill">It trades.</param>
/// <param name="IsReleased">It may be out.</param>
internal readonly record struct AskedAttempt(Hash32 Hash, bool IsFill, bool IsReleased);
