using FastRebalance.Core.Assets;

namespace FastRebalance.Core.Events;

/// <summary>Which configuration holds from here on, by what its text hashes to: a run that is replayed must find the very same one.</summary>
public struct ConfigurationChange
{
    /// <summary>Keccak-256 of the new configuration's bytes.</summary>
    public Hash32 Hash;

    /// <summary>Keccak-256 of the bytes of the one that held until here.</summary>
    public Hash32 Before;

    /// <summary>What is counted up at each change; the run began with 0.</summary>
    public uint Generation;
}
