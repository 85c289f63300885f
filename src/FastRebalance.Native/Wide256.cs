using System.Runtime.InteropServices;

namespace FastRebalance.Native;

/// <summary>An unsigned integer of 256 bits as native code takes it, the lowest limb first. The layout is fr_u256 of fastrebalance.h.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Wide256(ulong limb0, ulong limb1 = 0, ulong limb2 = 0, ulong limb3 = 0)
{
    public ulong Limb0 = limb0;
    public ulong Limb1 = limb1;
    public ulong Limb2 = limb2;
    public ulong Limb3 = limb3;
}
