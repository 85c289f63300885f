using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Channels;

/// <summary>A request that is ready for the wire.</summary>
/// <param name="Hash">The transaction it carries.</param>
/// <param name="Block">The block it is for; the last one where it is for several.</param>
/// <param name="Uuid">What takes it back; null where the hash does.</param>
/// <param name="Body">Exactly the bytes that are sent.</param>
/// <param name="Signature">The value of <c>X-Flashbots-Signature</c> over them.</param>
public sealed record ReadyRequest(Hash32 Hash, ulong Block, Guid? Uuid, byte[] Body, string Signature);
