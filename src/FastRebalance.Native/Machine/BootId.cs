namespace FastRebalance.Native.Machine;

/// <summary>Tells one start of the machine from the next: what a process has written outlives the process, but not always the power.</summary>
public static class BootId
{
    private const string Source = "/proc/sys/kernel/random/boot_id";

    /// <summary>The same for every process between two starts of the machine; empty where the system does not tell.</summary>
    public static Guid Read()
    {
        try
        {
            return OperatingSystem.IsLinux() && Guid.TryParse(File.ReadAllText(Source).AsSpan().Trim(), out Guid id) ? id : Guid.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.Empty;
        }
    }
}
