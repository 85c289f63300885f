using System.Security.Cryptography;

namespace FastRebalance.Ethereum.Keys;

/// <summary>Reads and writes small files that only their owner may see: key files, password files.</summary>
internal static class SecretFile
{
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the whole file after asking who else can.</summary>
    /// <exception cref="KeystoreException">Missing, a link, open to others, or too large.</exception>
    public static byte[] Read(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
            throw new KeystoreException(
                KeystoreProblem.FileIsLink, $"{path} is a symbolic link: name the file itself, so that nobody can exchange it behind the link");
        if (!file.Exists)
            throw new KeystoreException(KeystoreProblem.FileNotFound, $"{path} does not exist");

        using FileStream stream = Open(path);
        RequireOwnerOnly(path, stream);
        if (stream.Length > MaxLength)
            throw new KeystoreException(KeystoreProblem.FileTooLarge, $"{path} has {stream.Length} bytes: a file of this kind has at most {MaxLength}");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Writes a new file, whole or not at all: a temporary neighbour, flushed to the disk, then renamed.</summary>
    /// <exception cref="KeystoreException">The file exists already.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(8)}.tmp");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            using (FileStream stream = new(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new KeystoreException(KeystoreProblem.FileExists, $"{path} exists already: keys are never overwritten, choose another name");
        }
        finally
        {
            File.Delete(temporary); // nothing is there after the rename
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new KeystoreException(
                KeystoreProblem.FileNotFound, $"{path} cannot be read by this user: run as its owner, or chown it", refused);
        }
    }

    // Asked of the open file, not of the name: what is read is what was checked.
    private static void RequireOwnerOnly(string path, FileStream stream)
    {
        if (OperatingSystem.IsWindows()) return; // access lists there are inherited from the user's folder
        UnixFileMode mode = File.GetUnixFileMode(stream.SafeFileHandle);
        if ((mode & Others) != 0)
            throw new KeystoreException(
                KeystoreProblem.FileReadableByOthers,
                $"{path} has mode {Convert.ToString((int)mode, 8)}, so others than its owner can reach it; type: chmod 600 '{path}'");
    }
}
