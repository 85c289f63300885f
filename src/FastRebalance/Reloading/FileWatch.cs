namespace FastRebalance.Reloading;

/// <summary>
/// Says when a file has settled after a change: its time of writing and its length are looked at now and then, and a change counts once two looks in a row
/// find the same. A file that is away for a moment, as while an editor puts a new one in its place, has not settled.
/// </summary>
internal sealed class FileWatch(string path)
{
    private (DateTime Written, long Length)? _seen;
    private (DateTime Written, long Length)? _told;

    /// <summary>True once for each change that has settled; for the file as it is found, too.</summary>
    public bool HasSettled()
    {
        (DateTime, long)? now = Look();
        bool isSteady = now is not null && now == _seen;
        _seen = now;
        if (!isSteady || now == _told)
            return false;
        _told = now;
        return true;
    }

    private (DateTime, long)? Look()
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
