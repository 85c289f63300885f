using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace FastRebalance.Bench.Settings;

/// <summary>The same bench in child processes under different settings of the runtime, turn about: a busy minute then meets all of them.</summary>
internal sealed class SettingsBench(IReadOnlyList<string> benchArguments, int rounds, Action<string> say)
{
    private readonly Dictionary<RuntimeSetting, List<SettingReading>> _readings = [];

    /// <summary>What each setting gave, round by round.</summary>
    public IReadOnlyDictionary<RuntimeSetting, List<SettingReading>> Readings => _readings;

    /// <exception cref="InvalidOperationException">A child's results were wrong.</exception>
    public void Run()
    {
        for (int round = 1; round <= rounds; round++)
            foreach (RuntimeSetting setting in RuntimeSetting.All)
            {
                say($"round {round} of {rounds}: {setting.Name} {setting.Typed}");
                if (!_readings.TryGetValue(setting, out List<SettingReading>? readings))
                    _readings[setting] = readings = [];
                readings.Add(Measure(setting));
            }
    }

    public void WriteText(TextWriter writer)
    {
        writer.WriteLine($"median of {rounds} rounds (least to most), microseconds; warm: prices until the median was steady");
        writer.WriteLine($"{"",-30}{"warm",8}{"p50",20}{"p99",24}{"p99.9",10}{"signed p50",22}{"hot bytes",11}{"process bytes",15}{"GCs",5}");
        foreach ((RuntimeSetting setting, List<SettingReading> all) in _readings)
        {
            writer.Write($"{setting.Name,-30}{Warm(all),8}{Range(all, r => r.P50Ns),20}{Range(all, r => r.P99Ns),24}{Us(Median(all, r => r.P999Ns)),10}");
            writer.Write($"{(all[0].SignedP50Ns is null ? "" : Range(all, r => r.SignedP50Ns ?? 0)),22}");
            writer.WriteLine($"{all.Sum(r => r.HotBytes),11}{Median(all, r => r.ProcessBytes),15}{all.Sum(r => r.Collections),5}");
        }
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach ((RuntimeSetting setting, List<SettingReading> all) in _readings)
        {
            json.WriteStartObject();
            json.WriteString("name", setting.Name);
            json.WriteString("variables", setting.Typed);
            json.WriteStartArray("rounds");
            foreach (SettingReading reading in all)
                Write(json, reading);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SettingReading reading)
    {
        json.WriteStartObject();
        Write(json, "warmAfterPrices", reading.WarmAfterPrices);
        json.WriteNumber("p50Ns", reading.P50Ns);
        json.WriteNumber("p99Ns", reading.P99Ns);
        json.WriteNumber("p999Ns", reading.P999Ns);
        Write(json, "signedP50Ns", reading.SignedP50Ns);
        Write(json, "signedP99Ns", reading.SignedP99Ns);
        json.WriteNumber("hotBytes", reading.HotBytes);
        json.WriteNumber("processBytes", reading.ProcessBytes);
        json.WriteNumber("collections", reading.Collections);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private SettingReading Measure(RuntimeSetting setting)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Started as `dotnet Program.dll`, the process's own file is the host.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{AppDomain.CurrentDomain.FriendlyName}.dll"));
        foreach (string argument in (IEnumerable<string>)["bench", .. benchArguments, "--json"])
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in setting.Variables)
            start.Environment[name] = value;
        using Process child = Process.Start(start) ?? throw new InvalidOperationException($"'{start.FileName}' did not start");
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"'{setting.Name}' ended with exit code {child.ExitCode}: {errors.Result}");
        using JsonDocument json = JsonDocument.Parse(output);
        return SettingReading.Of(json.RootElement);
    }

    private static string Warm(List<SettingReading> all) =>
        all.Any(r => r.WarmAfterPrices is null) ? "never" : Median(all, r => r.WarmAfterPrices ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Range(List<SettingReading> all, Func<SettingReading, long> figure) =>
        $"{Us(Median(all, figure))} ({Us(all.Min(figure))}-{Us(all.Max(figure))})";

    private static long Median(List<SettingReading> all, Func<SettingReading, long> figure) =>
        all.Select(figure).Order().ElementAt((all.Count - 1) / 2);

    private static string Us(long ns) => (ns / 1000.0).ToString(ns < 100_000 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
