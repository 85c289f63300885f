namespace FastRebalance.Devnet.Install;

/// <summary>
/// Lets one process at a time work in a folder. The system takes the lock back when its holder dies, so there is nothing stale
/// to clean up; the file itself stays.
/// </summary>
internal static class InstallLock
{
    /// <summary>Waits for the lock; dispose the stream to give it back.</summary>
    public static async Task<FileStream> AcquireAsync(string path, Action<string>? progress, CancellationToken cancellationToken)
    {
        for (bool told = false; ; told = true)
        {
            if (TryAcquire(path) is { } held)
                return held;
            if (!told)
                progress?.Invoke($"waiting for another process that holds {path}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null when another holds it.</summary>
    public static FileStream? TryAcquire(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException))
        {
            return null;
        }
    }
}
