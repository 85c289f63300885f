using FastRebalance.Composition;
using FastRebalance.Configuration;

namespace FastRebalance.ContractTests;

/// <summary>What the options of every registered plug-in must keep to, whatever its seam; run by each seam's suite.</summary>
public abstract class PluginOptionsContractTests<T>(Registry<T> registry)
    where T : class
{
    [Fact]
    public void Create_UnknownKind_ListsThoseThereAre()
    {
        Assert.Null(PluginSamples.TryCreate(registry, "no-such-plugin", "{ }", out List<ConfigProblem> problems));

        ConfigProblem problem = Assert.Single(problems);
        Assert.Equal("plugin.kind", problem.Path);
        Assert.Contains("no-such-plugin", problem.Found);
        Assert.All(registry.Names, name => Assert.Contains(name, problem.Wanted));
    }

    [Fact]
    public void Create_SampleOptions_MakesANewOneEachTime() =>
        Assert.All(registry.Names, name => Assert.NotSame(PluginSamples.Create(registry, name), PluginSamples.Create(registry, name)));

    [Fact]
    public void Create_UnknownField_IsRefusedAndTheKnownOnesListed() => Assert.All(registry.Names, name =>
    {
        string options = PluginSamples.With(name, "misspelt", "1");

        Assert.Null(PluginSamples.TryCreate(registry, name, options, out List<ConfigProblem> problems));
        ConfigProblem problem = Assert.Single(problems);
        Assert.Contains("misspelt", problem.Path + problem.Found);
        Assert.All(PluginSamples.Of(name).Mistakes, m => Assert.Contains(m.Field.Split('.', '[')[0], problem.Wanted));
    });

    [Fact]
    public void Create_EachMistake_IsToldWithItsField() => Assert.All(PluginSamples.Mistakes(registry.Names), mistake =>
    {
        string options = PluginSamples.With(mistake.Name, mistake.Field, mistake.Wrong);

        Assert.Null(PluginSamples.TryCreate(registry, mistake.Name, options, out List<ConfigProblem> problems));
        Assert.Contains(problems, p => p.Path == $"plugin.{mistake.Field}" && p.Found.Length > 0 && p.Wanted.Length > 0);
    });

    [Fact]
    public void Create_FieldOfAnotherType_IsToldAndNeverThrows() => Assert.All(PluginSamples.Mistakes(registry.Names), mistake =>
    {
        string field = mistake.Field.Split('.', '[')[0];
        foreach (string wrong in new[] { "\"nonsense\"", "[ ]", "true", "null" })
        {
            Assert.Null(PluginSamples.TryCreate(registry, mistake.Name, PluginSamples.With(mistake.Name, field, wrong), out List<ConfigProblem> problems));
            Assert.Contains(problems, p => p.Path.StartsWith($"plugin.{field}", StringComparison.Ordinal));
        }
    });
}
