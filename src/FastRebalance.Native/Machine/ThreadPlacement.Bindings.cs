using System.Runtime.InteropServices;

namespace FastRebalance.Native.Machine;

// The system's functions by their own names (sched.h, pthread.h, sys/resource.h, unistd.h; processthreadsapi.h, winbase.h).
public static unsafe partial class ThreadPlacement
{
    private const string LibC = "libc";
    private const string Kernel32 = "kernel32";

    private const int SC_NPROCESSORS_CONF = 83;
    private const int PRIO_PROCESS = 0;
    private const int SCHED_OTHER = 0;
    private const int SCHED_FIFO = 1;
    private const int SCHED_RR = 2;
    private const int SCHED_RESET_ON_FORK = 0x40000000;

    private const int EPERM = 1;
    private const int EACCES = 13;
    private const int EINVAL = 22;
    private const int ENOSYS = 38;

    private const int THREAD_PRIORITY_NORMAL = 0;
    private const int THREAD_PRIORITY_HIGHEST = 2;
    private const int THREAD_PRIORITY_TIME_CRITICAL = 15;

    private const int ERROR_ACCESS_DENIED = 5;
    private const int ERROR_INVALID_PARAMETER = 87;

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int sched_setaffinity(int pid, nuint cpusetsize, ulong* mask);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint cpusetsize, ulong* mask);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int sched_getcpu();

    [LibraryImport(LibC, SetLastError = true)]
    private static partial nint sysconf(int name);

    // id_t is an unsigned 32 bits; on Linux a process id of 0 is the calling thread here, not its process.
    [LibraryImport(LibC, SetLastError = true)]
    private static partial int setpriority(int which, uint who, int prio);

    [LibraryImport(LibC, SetLastError = true)]
    private static partial int getpriority(int which, uint who);

    [LibraryImport(LibC)]
    private static partial nint pthread_self();

    // Not sched_setscheduler, which one of Linux's C libraries (musl) does not have. Returns the error instead of setting errno.
    [LibraryImport(LibC)]
    private static partial int pthread_setschedparam(nint thread, int policy, int* param);

    [LibraryImport(LibC)]
    private static partial int pthread_getschedparam(nint thread, int* policy, int* param);

    // Asked first: glibc's pthread_getschedparam repeats what the starting thread had, not what the kernel gave this one.
    [LibraryImport(LibC, SetLastError = true)]
    private static partial int sched_getscheduler(int pid);

    [LibraryImport(Kernel32)]
    private static partial nint GetCurrentThread();

    [LibraryImport(Kernel32)]
    private static partial nint GetCurrentProcess();

    [LibraryImport(Kernel32)]
    private static partial uint GetCurrentProcessorNumber();

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial nuint SetThreadAffinityMask(nint thread, nuint mask);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int GetProcessAffinityMask(nint process, nuint* processMask, nuint* systemMask);

    [LibraryImport(Kernel32, SetLastError = true)]
    private static partial int SetThreadPriority(nint thread, int priority);

    [LibraryImport(Kernel32)]
    private static partial int GetThreadPriority(nint thread);
}
