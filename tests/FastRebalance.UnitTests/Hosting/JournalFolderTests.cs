using FastRebalance.Hosting;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Hosting;

public sealed class JournalFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Open_AgainAndElsewhere_KeepsItsDecisionSpaceAndSharesItWithNobody()
    {
        ulong first = SpaceOf("a");

        Assert.NotEqual(0UL, first);
        Assert.Equal(first, SpaceOf("a"));
        Assert.NotEqual(first, SpaceOf("b"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000")]
    [InlineData("12345")]
    [InlineData("zzzzzzzzzzzzzzzz")]
    public void Open_DecisionSpaceDamaged_RefusesAndLetsGoOfTheFolder(string content)
    {
        SpaceOf("a");
        File.WriteAllText(Path.Combine(_folder.Path, "a", "decision-space"), content);

        Assert.Contains("decision-space", Assert.Throws<IOException>(() => SpaceOf("a")).Message, StringComparison.Ordinal);
        Assert.Contains("decision-space", Assert.Throws<IOException>(() => SpaceOf("a")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ulong SpaceOf(string name)
    {
        using JournalFolder folder = JournalFolder.Open(Path.Combine(_folder.Path, name));
        return folder.DecisionSpace;
    }
}
