using FastRebalance.Reloading;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Reloading;

public sealed class FileWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public FileWatchTests()
    {
        _path = _folder.File("config.json");
        Write("{}");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HasSettled_FileAsFound_OnceAtTheSecondLook()
    {
        FileWatch watch = new(_path);

        Assert.Equal([false, true, false, false], Looks(watch, 4));
    }

    [Fact]
    public void HasSettled_WhileItIsWritten_WaitsForTwoLooksAlike()
    {
        FileWatch watch = new(_path);
        Looks(watch, 3);

        Write("{ ");
        Assert.False(watch.HasSettled());
        Write("{ } ");
        Assert.False(watch.HasSettled());

        Assert.Equal([true, false], Looks(watch, 2));
    }

    [Fact]
    public void HasSettled_SameLengthLater_IsAChange()
    {
        FileWatch watch = new(_path);
        Looks(watch, 3);

        Write("[]");

        Assert.Equal([false, true], Looks(watch, 2));
    }

    [Fact]
    public void HasSettled_AwayForAMoment_IsAskedAboutOnceItIsBack()
    {
        FileWatch watch = new(_path);
        Looks(watch, 3);

        File.Delete(_path);
        Assert.Equal([false, false], Looks(watch, 2));
        Write("{ }");

        Assert.Equal([false, true, false], Looks(watch, 3));
    }

    private void Write(string text)
    {
        File.WriteAllText(_path, text);
        File.SetLastWriteTimeUtc(_path, _written += TimeSpan.FromMilliseconds(1));
    }

    private static bool[] Looks(FileWatch watch, int count) => [.. Enumerable.Range(0, count).Select(_ => watch.HasSettled())];
}
