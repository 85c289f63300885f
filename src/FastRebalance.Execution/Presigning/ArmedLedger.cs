using FastRebalance.Core.Assets;

namespace FastRebalance.Execution.Presigning;

/// <summary>
/// When each rung became durable, kept apart from the ladders: what a hit is held against afterwards. Account thread.
/// </summary>
public sealed class ArmedLedger
{
    private readonly Dictionary<Hash32, (ulong Nonce, long ArmedNs)> _armed = [];

    public int Count => _armed.Count;

    /// <summary>The log has said that it is durable.</summary>
    public void Armed(ulong nonce, in Hash32 hash, long nowNs) => _armed.TryAdd(hash, (nonce, nowNs));

    public void Retired(in Hash32 hash) => _armed.Remove(hash);

    /// <summary>All of a nonce that is done with.</summary>
    public void Forget(ulong nonce)
    {
        foreach (Hash32 hash in _armed.Where(entry => entry.Value.Nonce == nonce).Select(entry => entry.Key).ToArray())
            _armed.Remove(hash);
    }

    /// <summary>The bytes of this hash were durable before that time.</summary>
    public bool WasArmedBefore(in Hash32 hash, long timeNs) => _armed.TryGetValue(hash, out (ulong Nonce, long ArmedNs) entry) && entry.ArmedNs < timeNs;

    /// <summary>Monotonic time at which it became durable.</summary>
    public bool TryGetArmedNs(in Hash32 hash, out long armedNs)
    {
        bool isThere = _armed.TryGetValue(hash, out (ulong Nonce, long ArmedNs) entry);
        armedNs = entry.ArmedNs;
        return isThere;
    }
}
