using FastRebalance.Configuration;
using FastRebalance.Engine;
using FastRebalance.Hosting;
using FastRebalance.Reloading;
using FastRebalance.UnitTests.Configuration;

namespace FastRebalance.UnitTests.Reloading;

/// <summary>A configuration that runs, and a text beside it that may become the next.</summary>
internal sealed class ReloadBench : IDisposable
{
    public ReloadBench(params (string Path, string? Json)[] running)
        : this(new SampleConfig(), running)
    {
    }

    public ReloadBench(SampleConfig sample, params (string Path, string? Json)[] running)
    {
        Sample = sample;
        foreach ((string path, string? json) in running)
            Sample.With(path, json);
        ConfigFile config = Sample.Read();
        List<ConfigProblem> problems = [];
        Running = new PolicyBefore(config, PolicyFactory.Build(config, problems) ?? throw new ConfigException(problems));
    }

    public SampleConfig Sample { get; }

    public PolicyBefore Running { get; }

    /// <summary>What would come of the running text with these places changed.</summary>
    public NextConfiguration Change(params (string Path, string? Json)[] changes)
    {
        foreach ((string path, string? json) in changes)
            Sample.With(path, json);
        return Judge(Sample.Root.ToJsonString());
    }

    public NextConfiguration Judge(string text) => NextConfiguration.Judge(text, Path.Combine(Sample.Folder, "config.json"), Running);

    public void Dispose() => Sample.Dispose();
}
