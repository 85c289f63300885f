using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FastRebalance.Bench.Latency;
using FastRebalance.Messaging;

const int Done = 0, Failed = 1, BadUsage = 2;

Option<Mode[]> modes = new("--mode")
{
    Description = "quiet (nothing fires) or firing; both unless told", DefaultValueFactory = _ => [Mode.Quiet, Mode.Firing],
};
Option<int> rate = Number("--rate", "prices per second", 10_000, 1, 1_000_000);
Option<TimeSpan> time = Time("--for", "measured time of a run", "10s");
Option<TimeSpan> warmUp = Time("--warm-up", "time before it that does not count", "3s");
Option<int> every = Number("--every", "firing: prices from one crossing of the band to the next", 100, 4, 1_000_000);
Option<int> runs = Number("--runs", "equal runs, to see how far equal things differ", 2, 1, 100);
Option<string> wait = Strategy("--wait", "how the engine thread waits", WaitStrategy.DefaultName);
Option<string> orderWait = Strategy("--order-wait", "how the signing thread waits; a live run uses blocking", "blocking");
Option<bool> json = new("--json") { Description = "one JSON document instead of tables" };

RootCommand root = new("Measures the engine alone: from the time a price was due to its decision, and to the signed transaction.")
{
    modes, rate, time, warmUp, every, runs, wait, orderWait, json,
};
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (ParseError error in parsed.Errors)
        Console.Error.WriteLine(error.Message);
    return BadUsage;
}
root.SetAction(Run);
return parsed.Invoke();

int Run(ParseResult given)
{
    LatencyOptions options = new(
        given.GetValue(rate), given.GetValue(time), given.GetValue(warmUp), given.GetValue(every), given.GetValue(wait)!, given.GetValue(orderWait)!);
    List<LatencyRun> measured = [];
    foreach (Mode mode in given.GetValue(modes)!)
        for (int run = 0; run < given.GetValue(runs); run++)
            measured.Add(LatencyRun.Of(options, mode));
    if (given.GetValue(json))
        Report.WriteJson(Console.OpenStandardOutput(), measured);
    else
        Report.WriteText(Console.Out, measured);
    return measured.TrueForAll(r => r.Failures.Count == 0) ? Done : Failed;
}

static Option<int> Number(string name, string description, int usual, int least, int most)
{
    Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
    option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && (value < least || value > most))
            result.AddError($"{name} is {value}: wanted is a number from {least} to {most}");
    });
    return option;
}

static Option<TimeSpan> Time(string name, string description, string usual) => new(name)
{
    Description = $"{description}, such as 500ms, 10s or 2m",
    DefaultValueFactory = _ => Parse(usual)!.Value,
    CustomParser = result =>
    {
        if (Parse(result.Tokens[0].Value) is { } value)
            return value;
        result.AddError($"{name} is '{result.Tokens[0].Value}': wanted is a time such as 500ms, 10s or 2m");
        return default;
    },
};

static TimeSpan? Parse(string text)
{
    (string Suffix, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60)];
    foreach ((string suffix, double seconds) in units)
        if (text.EndsWith(suffix, StringComparison.Ordinal))
            return double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                && number is > 0 and < 1e6 ? TimeSpan.FromSeconds(number * seconds) : null;
    return null;
}

static Option<string> Strategy(string name, string description, string usual)
{
    Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
    option.AcceptOnlyFromAmong([.. WaitStrategy.Names]);
    return option;
}
