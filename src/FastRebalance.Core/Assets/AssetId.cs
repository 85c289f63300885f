namespace FastRebalance.Core.Assets;

/// <summary>
/// Names an asset of the configuration. Zero names none, so a forgotten assignment never points at a real asset;
/// <see cref="Index"/> is the place in every per-asset array.
/// </summary>
public readonly record struct AssetId(ushort Value)
{
    public static readonly AssetId None = default;

    public bool IsNone => Value == 0;

    /// <summary>Zero-based index into per-asset arrays; -1 for <see cref="None"/>.</summary>
    public int Index => Value - 1;

    public static AssetId FromIndex(int index) => new(checked((ushort)(index + 1)));

    public override string ToString() => IsNone ? "asset:none" : $"asset:{Index}";
}
