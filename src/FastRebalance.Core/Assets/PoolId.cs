namespace FastRebalance.Core.Assets;

/// <summary>Names a pool of the configuration. Zero names none; <see cref="Index"/> is the place in every per-pool array.</summary>
public readonly record struct PoolId(ushort Value)
{
    public static readonly PoolId None = default;

    public bool IsNone => Value == 0;

    /// <summary>Zero-based index into per-pool arrays; -1 for <see cref="None"/>.</summary>
    public int Index => Value - 1;

    public static PoolId FromIndex(int index) => new(checked((ushort)(index + 1)));

    public override string ToString() => IsNone ? "pool:none" : $"pool:{Index}";
}
