using FastRebalance.Ethereum.Keys;
using FastRebalance.Native;
using FastRebalance.Native.Machine;

namespace FastRebalance.UnitTests.Ethereum.Keys;

public sealed class KeystoreFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrebalance-keys-");
    private readonly PrivateKey _key = PrivateKey.Generate();

    private string KeyPath => Path.Combine(_folder.FullName, "desk.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ThenRead_GivesTheKeyBackFromAFileOnlyTheOwnerSees()
    {
        KeystoreFile.Write(KeyPath, _key.Span, "word"u8, cost: 2);
        using SecretMemory opened = KeystoreFile.Read(KeyPath, "word"u8);
        Assert.Equal(_key.Span.ToArray(), opened.Span.ToArray());
        Assert.Equal([KeyPath], Directory.EnumerateFileSystemEntries(_folder.FullName)); // no temporary file is left
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
    }

    [Fact]
    public void Write_FileExists_LeavesItAsItWas()
    {
        File.WriteAllText(KeyPath, "precious");
        Assert.Equal(KeystoreProblem.FileExists, ProblemOf(() => KeystoreFile.Write(KeyPath, _key.Span, "word"u8, cost: 2)));
        Assert.Equal("precious", File.ReadAllText(KeyPath));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void Read_FileOpenToOthers_RefusesWithTheLineToType(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("file modes are not Windows' way");
        else
        {
            KeystoreFile.Write(KeyPath, _key.Span, "word"u8, cost: 2);
            File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
            KeystoreException refused = Assert.Throws<KeystoreException>(() => KeystoreFile.Read(KeyPath, "word"u8));
            Assert.Equal(KeystoreProblem.FileReadableByOthers, refused.Problem);
            Assert.Contains($"chmod 600 '{KeyPath}'", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_SymbolicLinkMissingFileOrHugeFile_Refuses()
    {
        KeystoreFile.Write(KeyPath, _key.Span, "word"u8, cost: 2);
        string link = Path.Combine(_folder.FullName, "link.json");
        File.CreateSymbolicLink(link, KeyPath);
        Assert.Equal(KeystoreProblem.FileIsLink, ProblemOf(() => KeystoreFile.Read(link, "word"u8)));
        Assert.Equal(KeystoreProblem.FileNotFound, ProblemOf(() => KeystoreFile.Read(KeyPath + "x", "word"u8)));
        using (FileStream grown = File.OpenWrite(KeyPath)) grown.SetLength(1 << 20);
        Assert.Equal(KeystoreProblem.FileTooLarge, ProblemOf(() => KeystoreFile.Read(KeyPath, "word"u8)));
    }

    [Fact]
    public void Read_FolderOrPipe_RefusesWithoutWaiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such pipes on Windows");
        DirectoryInfo folder = Directory.CreateDirectory(KeyPath);
        SetOwnerOnly(folder.FullName, UnixFileMode.UserExecute); // its owner's alone, so that it is not the mode that is refused
        Assert.Equal(KeystoreProblem.FileNotRegular, ProblemOf(() => KeystoreFile.Read(KeyPath, "word"u8)));
        string pipe = KeyPath + ".pipe";
        using (System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", pipe]))
            mkfifo.WaitForExit();
        Assert.Equal(KeystoreProblem.FileNotRegular, ProblemOf(() => KeystoreFile.Read(pipe, "word"u8)));
    }

    [Fact]
    public void ReadPassword_SymbolicLink_Refuses()
    {
        WriteOwnerOnly("word");
        File.CreateSymbolicLink(KeyPath + ".link", KeyPath);
        Assert.Equal(KeystoreProblem.FileIsLink, ProblemOf(() => KeystoreFile.ReadPassword(KeyPath + ".link")));
    }

    [Fact]
    public void Read_WrongPassword_NamesTheFileAndNotThePassword()
    {
        KeystoreFile.Write(KeyPath, _key.Span, "word"u8, cost: 2);
        KeystoreException refused = Assert.Throws<KeystoreException>(() => KeystoreFile.Read(KeyPath, "hunter2"u8));
        Assert.Equal(KeystoreProblem.MacMismatch, refused.Problem);
        Assert.Contains(KeyPath, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("word", "word")]
    [InlineData("word\n", "word")]
    [InlineData("word\r\nsecond line\n", "word")]
    [InlineData(" two words ", " two words ")]
    public void ReadPassword_FirstLine_WithoutItsEnd(string content, string expected)
    {
        WriteOwnerOnly(content);
        using SecretMemory password = KeystoreFile.ReadPassword(KeyPath);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(password.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nword")]
    public void ReadPassword_EmptyFirstLine_Refuses(string content)
    {
        WriteOwnerOnly(content);
        Assert.Equal(KeystoreProblem.PasswordEmpty, ProblemOf(() => KeystoreFile.ReadPassword(KeyPath)));
    }

    private void WriteOwnerOnly(string content)
    {
        File.WriteAllText(KeyPath, content);
        SetOwnerOnly(KeyPath, UnixFileMode.None);
    }

    private static void SetOwnerOnly(string path, UnixFileMode more)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
    }

    private static KeystoreProblem ProblemOf(Action action) => Assert.Throws<KeystoreException>(action).Problem;
}
