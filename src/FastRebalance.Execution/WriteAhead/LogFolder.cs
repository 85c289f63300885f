using System.Globalization;
using FastRebalance.Core.Assets;
using FastRebalance.Native.Machine;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.Execution.WriteAhead;

/// <summary>
/// The folder of one account on one chain. What lies in it can be sent by whoever reads it, and decides what is sent: folder and files are
/// for the owner alone, and a link is never followed.
/// </summary>
internal sealed class LogFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string Unfinished = ".tmp";

    private readonly SafeFileHandle _handle;

    private LogFolder(string path, ulong chainId, Address sender, SafeFileHandle handle)
    {
        Path = path;
        ChainId = chainId;
        Sender = sender;
        _handle = handle;
    }

    public string Path { get; }

    public ulong ChainId { get; }

    public Address Sender { get; }

    public static string PathOf(string root, ulong chainId, in Address sender) =>
        System.IO.Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{chainId}-{sender}"));

    /// <summary>Opens the folder, and makes it where it is not there.</summary>
    /// <exception cref="LogRefusedException">It is a link, another's, or open to others.</exception>
    public static LogFolder Open(string root, ulong chainId, in Address sender)
    {
        string path = PathOf(root, chainId, in sender);
        if (OperatingSystem.IsWindows() || !DurableFile.IsSupported)
            throw new PlatformNotSupportedException("the write-ahead log needs Linux: its locks and syncs are Linux's");
        Directory.CreateDirectory(root, OwnerOnly);
        Directory.CreateDirectory(path, OwnerOnly);
        FileStatus status = DurableFile.TryOpenFolder(path, out SafeFileHandle? handle);
        if (status != FileStatus.Done)
            throw new LogRefusedException(path, $"the folder cannot be opened: {DurableFile.Explain(status)}", "name a folder of this user that is no link");
        try
        {
            CheckOwner(path, handle!, isFolder: true);
            return new LogFolder(path, chainId, sender, handle!);
        }
        catch
        {
            handle!.Dispose();
            throw;
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Opens a file of the folder.</summary>
    /// <returns>False where it is not there.</returns>
    /// <exception cref="LogRefusedException">It is a link, another's, open to others, or cannot be opened.</exception>
    public bool TryOpen(string name, out SafeFileHandle handle)
    {
        FileStatus status = DurableFile.TryOpen(File(name), out SafeFileHandle? opened);
        handle = opened!;
        if (status == FileStatus.NotFound)
            return false;
        if (status != FileStatus.Done)
            throw new LogRefusedException(File(name), $"it cannot be opened: {DurableFile.Explain(status)}", "it must be a plain file that this user may read and write");
        try
        {
            CheckOwner(File(name), handle, isFolder: false);
            return true;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Makes a file that is there entirely or not at all.</summary>
    /// <inheritdoc cref="Prepare"/>
    public SafeFileHandle Make(string name, long bytes, ReadOnlySpan<byte> content)
    {
        SafeFileHandle handle = Prepare(name, bytes, content);
        try
        {
            GiveName(name);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Makes a file under another name, whole and synced.</summary>
    /// <param name="name">What it will be called.</param>
    /// <param name="bytes">Space to take for it.</param>
    /// <param name="content">What stands at its start.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="IOException">The disk refuses; nothing is left of it.</exception>
    public SafeFileHandle Prepare(string name, long bytes, ReadOnlySpan<byte> content)
    {
        string temporary = File(name + Unfinished);
        System.IO.File.Delete(temporary);
        Check(temporary, DurableFile.TryCreate(temporary, out SafeFileHandle? handle));
        try
        {
            Check(temporary, DurableFile.TryAllocate(handle!, bytes));
            RandomAccess.Write(handle!, content, fileOffset: 0);
            Check(temporary, DurableFile.TrySync(handle!));
            return handle!;
        }
        catch
        {
            handle!.Dispose();
            System.IO.File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Gives a prepared file its name, in one step; what had the name before is gone.</summary>
    public void GiveName(string name)
    {
        System.IO.File.Move(File(name + Unfinished), File(name), overwrite: true);
        SyncNames();
    }

    /// <summary>Brings names that were given or taken away to the disk.</summary>
    public void SyncNames() => Check(Path, DurableFile.TrySync(_handle));

    public void Delete(string name) => System.IO.File.Delete(File(name));

    public void DeleteUnfinished()
    {
        foreach (string path in Directory.EnumerateFiles(Path, "*" + Unfinished))
            System.IO.File.Delete(path);
    }

    public void Dispose() => _handle.Dispose();

    /// <exception cref="IOException">The status says that something failed.</exception>
    public static void Check(string path, FileStatus status)
    {
        if (status != FileStatus.Done)
            throw new IOException($"{path}: {DurableFile.Explain(status)}");
    }

    private static void CheckOwner(string path, SafeFileHandle handle, bool isFolder)
    {
        Check(path, DurableFile.TryLook(handle, out FileFacts facts));
        if (isFolder ? !facts.IsFolder : !facts.IsPlain)
            throw new LogRefusedException(path, isFolder ? "it is no folder" : "it is no plain file", "move it away");
        if (facts.Owner != DurableFile.CurrentUser)
            throw new LogRefusedException(path, $"it belongs to user {facts.Owner}", $"run as that user, or chown it to {DurableFile.CurrentUser}");
        if (!facts.IsPrivate)
            throw new LogRefusedException(
                path,
                $"others may use it (mode {Convert.ToString(facts.Permissions, 8)}); it holds transactions that anyone could send",
                $"chmod {(isFolder ? "0700" : "0600")} it, after making sure that nobody changed it");
        if (!isFolder && facts.Links != 1)
            throw new LogRefusedException(path, $"it has {facts.Links} names", "leave it one: another name may be written to by another program");
    }
}
