namespace FastRebalance.Hosting.Examination;

/// <summary>What this process's control groups leave it of the machine, in the older layout of the files and the newer one.</summary>
internal static class ControlGroups
{
    private const string Root = "sys/fs/cgroup";

    /// <summary>Cores' worth of time per second; null where there is no limit.</summary>
    public static double? ReadQuota(SystemFiles files)
    {
        IEnumerable<double> limits =
        [
            .. Folders(files, "").Select(folder => NewQuota(files.Text($"{folder}/cpu.max"))).OfType<double>(),
            .. Folders(files, "cpu").Select(folder => OldQuota(files, folder)).OfType<double>(),
        ];
        return limits.Any() ? limits.Min() : null;
    }

    /// <summary>The cores of the cpuset; empty where it cannot be asked.</summary>
    public static int[] ReadCpuset(SystemFiles files)
    {
        string[] candidates =
        [
            .. Folders(files, "").Select(folder => $"{folder}/cpuset.cpus.effective"),
            .. Folders(files, "cpuset").Select(folder => $"{folder}/cpuset.effective_cpus"),
            .. Folders(files, "cpuset").Select(folder => $"{folder}/cpuset.cpus"),
        ];
        return candidates.Select(files.Cores).FirstOrDefault(cores => cores.Length > 0) ?? [];
    }

    /// <summary>
    /// The process's own group first and then every one above it: a limit counts wherever it stands. In a container the files seen at the
    /// root may be the container's own, whatever path the process reads.
    /// </summary>
    private static IEnumerable<string> Folders(SystemFiles files, string controller)
    {
        string top = controller.Length == 0 ? Root : $"{Root}/{controller}";
        string path = PathOf(files, controller);
        while (path.Length > 0)
        {
            yield return top + path;
            path = path[..path.LastIndexOf('/')];
        }
        yield return top;
    }

    // 0::/user.slice     (newer)          4:cpu,cpuacct:/docker/1234     (older)
    private static string PathOf(SystemFiles files, string controller)
    {
        foreach (string line in files.Lines("proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            bool isIt = parts.Length == 3 && (controller.Length == 0 ? parts[1].Length == 0 : parts[1].Split(',').Contains(controller));
            if (isIt && parts[2].StartsWith('/'))
                return parts[2].TrimEnd('/');
        }
        return "";
    }

    // "200000 100000" or "max 100000": microseconds of work in each period
    private static double? NewQuota(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 2 ? Ratio(SystemFiles.ToNumber(parts[0]), SystemFiles.ToNumber(parts[1])) : null;
    }

    private static double? OldQuota(SystemFiles files, string folder) =>
        Ratio(files.Number($"{folder}/cpu.cfs_quota_us"), files.Number($"{folder}/cpu.cfs_period_us"));

    private static double? Ratio(long? quota, long? period) => quota > 0 && period > 0 ? (double)quota.Value / period.Value : null;
}
