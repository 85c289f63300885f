using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Native.Machine;

/// <summary>Opens a file by its own name only: the system itself refuses a link in the same call, so nothing can be exchanged in between.</summary>
public static partial class UnlinkedFile
{
    private const int O_RDONLY = 0;
    private const int ENOENT = 2;
    private const int ENOTDIR = 20;
    private const int ELOOP = 40;
    private const int ELOOP_Darwin = 62;

    /// <summary>True where the system has such a call (Linux, macOS).</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Opens for reading, without waiting for anybody at the other end of a pipe.</summary>
    /// <param name="path">The file's path; only its last part may be no link.</param>
    /// <param name="file">The open file; null where the status is another than opened.</param>
    public static UnlinkedStatus TryOpen(string path, out SafeFileHandle? file)
    {
        file = null;
        if (!IsSupported) return UnlinkedStatus.Unsupported;
        int descriptor = open(path, O_RDONLY | Flags(), 0);
        if (descriptor < 0) return Refusal(Marshal.GetLastPInvokeError());
        file = new SafeFileHandle(descriptor, ownsHandle: true);
        return UnlinkedStatus.Opened;
    }

    // The same words with other numbers: fcntl.h of Linux (generic and ARM) and of macOS.
    private static int Flags()
    {
        const int cloexecLinux = 0x80000, nonblockLinux = 0x800, nofollowLinux = 0x20000, nofollowArm = 0x8000;
        const int cloexecDarwin = 0x1000000, nonblockDarwin = 0x4, nofollowDarwin = 0x100;
        if (OperatingSystem.IsMacOS()) return cloexecDarwin | nonblockDarwin | nofollowDarwin;
        bool isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
        return cloexecLinux | nonblockLinux | (isArm ? nofollowArm : nofollowLinux);
    }

    private static UnlinkedStatus Refusal(int error) => error switch
    {
        ENOENT or ENOTDIR => UnlinkedStatus.NotFound,
        ELOOP or ELOOP_Darwin => UnlinkedStatus.IsLink,
        _ => UnlinkedStatus.Refused,
    };

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
}
