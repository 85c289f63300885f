using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;
using FastRebalance.Hosting;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Hosting;

public sealed class DeskControlTests : IDisposable
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private static readonly Address s_account = Address.Parse("0x00000000000000000000000000000000000000d1");

    private readonly SampleConfig _sample = new();
    private readonly ConfigFile _config;
    private readonly DeskControl _control;

    public DeskControlTests()
    {
        _config = _sample.Read();
        _control = new DeskControl(_config);
        Directory.CreateDirectory(Journals);
        SubmitterLog.Open(new SubmitterLogOptions { Root = AccountLog.RootOf(_config), ChainId = _config.Chain.Id, Sender = s_account }).Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Journals => _config.Resolve(_config.Engine.Journal);

    private string StatusFile => Path.Combine(Journals, DeskControl.StatusFile);

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task StatusAsync_NoEngine_IsIdleAndTakesNothing()
    {
        DeskStatus status = await _control.StatusAsync(s_long, Cancellation);

        Assert.Equal((false, 0), (status.IsRunning, status.Process));
        Assert.Equal((s_account.ToString(), "idle"), (status.Accounts[0].Account, status.Accounts[0].Mode));
        Assert.False(File.Exists(Path.Combine(Journals, JournalFolder.LockFile)));
    }

    [Fact]
    public async Task StatusAsync_EngineHasToldNothingYet_WaitsForItsWord()
    {
        using JournalFolder engine = JournalFolder.Open(Journals);
        Task<DeskStatus> asked = _control.StatusAsync(s_long, Cancellation);
        Assert.False(asked.IsCompleted);

        _control.Tell(Word(process: 17));

        Assert.Equal(17, (await asked).Process);
    }

    [Fact]
    public async Task StatusAsync_WordIsOld_WaitsForTheNext()
    {
        using JournalFolder engine = JournalFolder.Open(Journals);
        _control.Tell(Word(process: 17));
        File.SetLastWriteTimeUtc(StatusFile, DateTime.UtcNow - 2 * DeskControl.StatusAge);
        Task<DeskStatus> asked = _control.StatusAsync(s_long, Cancellation);
        Assert.False(asked.IsCompleted);

        _control.Tell(Word(process: 18));

        Assert.Equal(18, (await asked).Process);
    }

    [Fact]
    public async Task StatusAsync_EngineTellsNothing_IsSilentAndNotIdle()
    {
        using JournalFolder engine = JournalFolder.Open(Journals);

        DeskStatus status = await _control.StatusAsync(TimeSpan.Zero, Cancellation);

        Assert.Equal((true, 0, "silent"), (status.IsRunning, status.Process, status.Accounts[0].Mode));
    }

    [Fact]
    public async Task Begin_AfterAnotherEngine_TakesItsWordAway()
    {
        _control.Tell(Word(process: 17));
        using JournalFolder engine = JournalFolder.Open(Journals);
        Assert.Equal(17, (await _control.StatusAsync(TimeSpan.Zero, Cancellation)).Process);

        _control.Begin();

        Assert.Equal(0, (await _control.StatusAsync(TimeSpan.Zero, Cancellation)).Process);
    }

    // A program that asks holds the lock with others for a moment: neither is it an engine to them, nor does it keep one from starting.
    [Fact]
    public async Task StatusAsync_WhileAnotherAsks_SeesNoEngine()
    {
        JournalFolder.Open(Journals).Dispose();
        using FileStream other = Look();

        Assert.False((await _control.StatusAsync(TimeSpan.Zero, Cancellation)).IsRunning);
    }

    [Fact]
    public async Task Open_WhileAnotherAsks_WaitsUntilItHasDone()
    {
        JournalFolder.Open(Journals).Dispose();
        FileStream other = Look();
        Task<JournalFolder> opening = Task.Run(() => JournalFolder.Open(Journals), Cancellation);
        other.Dispose();

        (await opening).Dispose();
    }

    private FileStream Look() => new(Path.Combine(Journals, JournalFolder.LockFile), FileMode.Open, FileAccess.Read, FileShare.Read);

    private static DeskStatus Word(int process) => new() { IsRunning = true, Process = process, UnixSeconds = 1, Accounts = [] };
}
