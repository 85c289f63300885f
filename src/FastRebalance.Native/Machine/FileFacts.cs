namespace FastRebalance.Native.Machine;

/// <summary>What the system says about an open file.</summary>
/// <param name="IsFolder">It is a folder.</param>
/// <param name="IsPlain">It is a regular file.</param>
/// <param name="Permissions">The twelve permission bits.</param>
/// <param name="Owner">User id of its owner.</param>
/// <param name="Links">Names it has; 0 when the last one was taken away while it is open.</param>
/// <param name="Bytes">Its length.</param>
public readonly record struct FileFacts(bool IsFolder, bool IsPlain, int Permissions, uint Owner, uint Links, long Bytes)
{
    /// <summary>Nobody but the owner and root has any right to it.</summary>
    public bool IsPrivate => (Permissions & 0b000_111_111) == 0;
}
