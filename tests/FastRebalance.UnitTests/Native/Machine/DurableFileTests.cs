using FastRebalance.Native.Machine;
using FastRebalance.Tests;
using Microsoft.Win32.SafeHandles;

namespace FastRebalance.UnitTests.Native.Machine;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DurableFileTests() => Assert.SkipUnless(DurableFile.IsSupported, "durable files need Linux");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryCreate_NewFile_IsForTheOwnerAlone()
    {
        Assert.Equal(FileStatus.Done, DurableFile.TryCreate(_folder.File("new"), out SafeFileHandle? file));
        using (file)
        {
            Assert.Equal(FileStatus.Done, DurableFile.TryLook(file!, out FileFacts facts));
            Assert.True(facts is { IsPlain: true, IsFolder: false, IsPrivate: true, Permissions: 0x180, Links: 1, Bytes: 0 });
            Assert.Equal(DurableFile.CurrentUser, facts.Owner);
        }

        Assert.Equal(FileStatus.Exists, DurableFile.TryCreate(_folder.File("new"), out SafeFileHandle? none));
        Assert.Null(none);
    }

    [Fact]
    public void TryOpen_LinkNothingOrFolder_SaysWhich()
    {
        File.CreateSymbolicLink(_folder.File("link"), _folder.File("target"));
        File.WriteAllText(_folder.File("target"), "");
        Assert.Equal(FileStatus.IsLink, DurableFile.TryOpen(_folder.File("link"), out _));
        Assert.Equal(FileStatus.NotFound, DurableFile.TryOpen(_folder.File("nothing"), out _));
        Assert.Equal(FileStatus.NotAFolder, DurableFile.TryOpenFolder(_folder.File("target"), out _));
        Assert.Equal(FileStatus.Done, DurableFile.TryOpenFolder(_folder.Path, out SafeFileHandle? folder));
        using (folder)
        {
            Assert.Equal(FileStatus.Done, DurableFile.TryLook(folder!, out FileFacts facts));
            Assert.True(facts.IsFolder);
            Assert.Equal(FileStatus.Done, DurableFile.TrySync(folder!));
        }
    }

    [Fact]
    public void TryLock_HeldByAnother_IsInUseUntilClosed()
    {
        DurableFile.TryCreate(_folder.File("lock"), out SafeFileHandle? first);
        DurableFile.TryOpen(_folder.File("lock"), out SafeFileHandle? second);
        using (second)
        {
            using (first)
            {
                Assert.Equal(FileStatus.Done, DurableFile.TryLock(first!));
                Assert.Equal(FileStatus.InUse, DurableFile.TryLock(second!));
            }

            Assert.Equal(FileStatus.Done, DurableFile.TryLock(second!));
        }
    }

    [Fact]
    public void TryAllocate_Twice_KeepsContentAndReadsZerosBehind()
    {
        DurableFile.TryCreate(_folder.File("room"), out SafeFileHandle? file);
        using (file)
        {
            RandomAccess.Write(file!, [1, 2, 3], 0);
            Assert.Equal(FileStatus.Done, DurableFile.TryAllocate(file!, 10_000));
            Assert.Equal(FileStatus.Done, DurableFile.TrySyncData(file!));
            Assert.Equal(10_000, RandomAccess.GetLength(file!));
            byte[] bytes = new byte[10_000];
            Assert.Equal(10_000, RandomAccess.Read(file!, bytes, 0));
            Assert.Equal([1, 2, 3, 0], bytes[..4]);
            Assert.False(bytes.AsSpan(3).ContainsAnyExcept((byte)0));
        }
    }

    [Fact]
    public void TryLook_NameTakenAway_HasNoLinks()
    {
        DurableFile.TryCreate(_folder.File("gone"), out SafeFileHandle? file);
        using (file)
        {
            File.Delete(_folder.File("gone"));
            Assert.Equal(FileStatus.Done, DurableFile.TryLook(file!, out FileFacts facts));
            Assert.Equal(0u, facts.Links);
        }
    }

    [Fact]
    public void TrySyncData_NoFileThatCanBeSynced_Fails()
    {
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        Assert.NotEqual(FileStatus.Done, DurableFile.TrySyncData(nothing));
    }

    [Fact]
    public void Read_BootId_IsTheSameTwice()
    {
        Assert.Equal(BootId.Read(), BootId.Read());
        Assert.NotEqual(Guid.Empty, BootId.Read());
    }
}
