using System.Security.Cryptography;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Ethereum.Keys;

/// <summary>Reads and writes small files that only their owner may see: key files, password files, credentials.</summary>
internal static class SecretFile
{
    private const int MaxLength = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the whole file after asking who else can.</summary>
    /// <exception cref="KeystoreException">Missing, a link, no regular file, open to others, or too large.</exception>
    public static byte[] Read(string path)
    {
        using SecretMemory content = ReadSecret(path);
        return content.Span.ToArray();
    }

    /// <summary>The same for a file of one secret: its first line without the line end, never in the collector's memory; null where that is empty.</summary>
    /// <inheritdoc cref="Read"/>
    public static SecretMemory? ReadFirstLine(string path)
    {
        SecretMemory content = ReadSecret(path);
        int end = content.Span.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) content.Shorten(end);
        if (content.Length > 0) return content;
        content.Dispose();
        return null;
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

    private static SecretMemory ReadSecret(string path)
    {
        using SafeFileHandle file = Open(path);
        RequireRegular(path, file);
        RequireOwnerOnly(path, file);
        SecretMemory content = SecretMemory.Take(MaxLength);
        try
        {
            content.Shorten(ReadAll(path, file, content.Span));
            return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    // Not by the length that was asked for first: the file may grow or shrink meanwhile.
    private static int ReadAll(string path, SafeFileHandle file, Span<byte> content)
    {
        int length = 0;
        try
        {
            while (length < content.Length)
            {
                int read = RandomAccess.Read(file, content[length..], length);
                if (read == 0) return length;
                length += read;
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw NotRegular(path, refused);
        }
        throw new KeystoreException(KeystoreProblem.FileTooLarge, $"{path} has {MaxLength} bytes or more: a file of this kind has fewer");
    }

    private static SafeFileHandle Open(string path)
    {
        UnlinkedStatus status = UnlinkedFile.TryOpen(path, out SafeFileHandle? file);
        return status switch
        {
            UnlinkedStatus.Opened => file!,
            UnlinkedStatus.IsLink => throw Link(path),
            UnlinkedStatus.NotFound => throw NotFound(path),
            UnlinkedStatus.Unsupported => OpenAfterAsking(path),
            _ => throw Unreadable(path, inner: null),
        };
    }

    // Where the system cannot refuse a link itself.
    private static SafeFileHandle OpenAfterAsking(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null) throw Link(path);
        if (!file.Exists) throw NotFound(path);
        try
        {
            return File.OpenHandle(path);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw Unreadable(path, refused);
        }
    }

    // A pipe has no length; a folder has one, and is refused when it is read.
    private static void RequireRegular(string path, SafeFileHandle file)
    {
        try
        {
            _ = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException refused)
        {
            throw NotRegular(path, refused);
        }
    }

    // Asked of the open file, not of the name: what is read is what was checked.
    private static void RequireOwnerOnly(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) return; // access lists there are inherited from the user's folder
        UnixFileMode mode = File.GetUnixFileMode(file);
        if ((mode & Others) != 0)
            throw new KeystoreException(
                KeystoreProblem.FileReadableByOthers,
                $"{path} has mode {Convert.ToString((int)mode, 8)}, so others than its owner can reach it; type: chmod 600 '{path}'");
    }

    private static KeystoreException NotRegular(string path, Exception? inner) => new(
        KeystoreProblem.FileNotRegular, $"{path} is no file that can be read: a regular file is wanted, no folder, pipe or device", inner);

    private static KeystoreException Link(string path) => new(
        KeystoreProblem.FileIsLink, $"{path} is a symbolic link: name the file itself, so that nobody can exchange it behind the link");

    private static KeystoreException NotFound(string path) => new(KeystoreProblem.FileNotFound, $"{path} does not exist");

    private static KeystoreException Unreadable(string path, Exception? inner) => new(
        KeystoreProblem.FileNotFound, $"{path} cannot be read by this user: run as its owner, or chown it", inner);
}
