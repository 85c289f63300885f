using FastRebalance.Configuration;
using FastRebalance.Core.Events;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Reloading;
using FastRebalance.Tests;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Reloading;

/// <summary>A run's configurations in its journal's folder: what is written down, and what is found again.</summary>
public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleConfig _sample = new();

    public void Dispose()
    {
        _sample.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Enter_TwoOneAfterTheOther_AreOnTheDiskAndChainedByTheirHashes()
    {
        ConfigFile first = _sample.Read(), second = Banded(50), third = Banded(20);
        ConfigurationBook book = new(_folder.Path, first);

        ConfigurationChange one = book.Enter(second);
        Assert.Equal(0u, book.Generation); // its event is not in the stream yet
        book.Published(7);
        ConfigurationChange two = book.Enter(third);
        book.Published(9);

        Assert.Equal((1u, 2u, 2u), (one.Generation, two.Generation, book.Generation));
        Assert.Equal(one.Hash, two.Before);
        Assert.Equal([first, second, second, third], new[] { 6L, 7, 8, 9 }.Select(book.AtEvent));
        RecordedConfigurations recorded = new(_folder.Path);
        Assert.Equal(first.Text, recorded.First(in one).Text);
        Assert.Equal(second.Text, recorded.At(in one).Text);
        Assert.Equal(third.Text, recorded.At(in two).Text);
    }

    [Fact]
    public void Enter_OneThatWasNeverPublished_IsWrittenOver()
    {
        ConfigurationBook book = new(_folder.Path, _sample.Read());
        book.Enter(Banded(50));

        ConfigurationChange change = book.Enter(Banded(20));
        book.Published(1);

        Assert.Equal(1u, change.Generation);
        Assert.Equal(20, BandOf(new RecordedConfigurations(_folder.Path).At(in change)));
        Assert.Equal(20, BandOf(book.Now));
    }

    [Fact]
    public void Write_OnUnix_IsForThisUserAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("files have other rights there");
            return;
        }
        _ = new ConfigurationBook(_folder.Path, _sample.Read());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigurationFiles.PathOf(_folder.Path, 0)));
    }

    [Fact]
    public void At_FileIsMissing_NamesItAndWhatToDo()
    {
        ConfigurationBook book = new(_folder.Path, _sample.Read());
        ConfigurationChange change = book.Enter(Banded(50));
        File.Delete(ConfigurationFiles.PathOf(_folder.Path, 1));

        IOException missing = Assert.Throws<IOException>(() => new RecordedConfigurations(_folder.Path).At(in change));

        Assert.Contains("configuration-000001.json is missing", missing.Message);
        Assert.Contains("Put back", missing.Message);
    }

    [Fact]
    public void At_FileWasAltered_IsRefusedByItsHash()
    {
        ConfigurationBook book = new(_folder.Path, _sample.Read());
        ConfigurationChange change = book.Enter(Banded(50));
        string path = ConfigurationFiles.PathOf(_folder.Path, 1);
        File.WriteAllText(path, File.ReadAllText(path).Replace("50", "51", StringComparison.Ordinal));

        Assert.Contains("is not what the run went by", Assert.Throws<IOException>(() => new RecordedConfigurations(_folder.Path).At(in change)).Message);
    }

    // A journal may be read where the keys are not.
    [Fact]
    public void At_SecretFilesAreGone_IsReadAllTheSame()
    {
        ConfigurationBook book = new(_folder.Path, _sample.Read());
        ConfigurationChange change = book.Enter(Banded(50));
        File.Delete(Path.Combine(_sample.Folder, "desk.pass"));

        ConfigFile config = new RecordedConfigurations(_folder.Path).At(in change);

        Assert.Equal(TimeSpan.FromSeconds(45), config.Submit.Deadline);
        Assert.NotNull(PolicyFactory.Build(config, []));
    }

    [Fact]
    public void Take_FromTheLine_IsThePolicyOfTheEventsConfiguration()
    {
        ConfigFile first = _sample.Read();
        ConfigurationBook book = new(_folder.Path, first);
        ConfigurationChange change = book.Enter(Banded(50));
        PortfolioPolicy policy = PolicyFactory.Build(first, [])!;

        ReadyPolicy next = new PolicyLine(book, first, policy).Take(in change);

        Assert.NotSame(policy.Triggers[0], next.Policy.Triggers[0]);
        Assert.Same(policy.Target, next.Policy.Target);
    }

    private ConfigFile Banded(double bps) => _sample.With("portfolios[0].triggers[0].absoluteBps", $"{bps}").Read();

    private static double BandOf(ConfigFile config) => config.Portfolio.Triggers[0].Options.GetProperty("absoluteBps").GetDouble();
}
