using FastRebalance.Configuration;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Hosting.Placement;
using FastRebalance.Native;
using FastRebalance.Native.Machine;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Hosting;

public sealed class KeyGuardTests : IDisposable
{
    private static readonly AccountSection s_usual = new("desk.json", "desk.pass", null);

    private readonly TransactionSigner _local = new(PrivateKey.Generate(), 1);
    private readonly bool _wereForbidden = CoreDumps.AreForbidden;

    public void Dispose()
    {
        _local.Dispose();
        if (!_wereForbidden) CoreDumps.TryAllow();
    }

    [Fact]
    public void Protect_KeyOpenedHere_ForbidsDumpsAndTellsWhatWasHad()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere there is nothing to forbid");
        CoreDumps.TryAllow();
        IReadOnlyList<MemoryResult> results = KeyGuard.Protect(_local, s_usual);
        Assert.True(CoreDumps.AreForbidden);
        Assert.Equal([("key", _local.KeyLock), ("dumps", MemoryStatus.Advised)], results.Select(result => (result.What, result.Status)));
    }

    [Fact]
    public void Protect_DumpsAllowed_LeavesThemAndWarnsByName()
    {
        CoreDumps.TryAllow();
        IReadOnlyList<MemoryResult> results = KeyGuard.Protect(_local, s_usual with { AllowDumps = true });
        Assert.False(CoreDumps.AreForbidden);
        Assert.Contains(KeyGuard.Warnings(results), warning => warning.StartsWith($"{KeyGuard.DumpsAllowed}: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Protect_KeyElsewhere_DoesNothing()
    {
        await using ScriptedSigner door = new();
        using IAccountSigner remote = door.Client();
        CoreDumps.TryAllow();
        Assert.Empty(KeyGuard.Protect(remote, s_usual));
        Assert.False(CoreDumps.AreForbidden);
    }

    [Theory]
    [InlineData(MemoryStatus.OverLimit, "ulimit -l")]
    [InlineData(MemoryStatus.NotPermitted, "ulimit -l")]
    [InlineData(MemoryStatus.Unsupported, "Linux")]
    public void Warnings_PageNotLocked_NamesItAndTheRemedy(MemoryStatus status, string remedy)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "its remedy is another there");
        string warning = Assert.Single(KeyGuard.Warnings([new MemoryResult("key", status, 0), new MemoryResult("dumps", MemoryStatus.Advised, 0)]));
        Assert.StartsWith($"{KeyGuard.NotLocked}: ", warning, StringComparison.Ordinal);
        Assert.Contains(remedy, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_EverythingHad_None() =>
        Assert.Empty(KeyGuard.Warnings([new MemoryResult("key", MemoryStatus.Locked, 0), new MemoryResult("dumps", MemoryStatus.Advised, 0)]));
}
