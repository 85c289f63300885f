using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using FastRebalance.Bench.Latency;

const int Done = 0, Failed = 1, BadUsage = 2;

Option<int> rate = new("--rate") { Description = "prices per second", DefaultValueFactory = _ => 100_000 };
Option<TimeSpan> time = Time("--for", "measured time", "10m");
Option<TimeSpan> warmUp = Time("--warm-up", "time before it that does not count", "5s");
Option<bool> noPin = new("--no-pin") { Description = "leave it to the system on which cores the threads run" };
Option<bool> json = new("--json") { Description = "one JSON document instead of tables" };
rate.Validators.Add(result =>
{
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value < 1)
        result.AddError($"--rate is {value}: wanted is a number of prices per second from 1 on");
});

RootCommand root = new("The long run: a steady schedule of prices and an order now and then. Fails when a hot thread allocates a byte or anything is collected.")
{
    rate, time, warmUp, noPin, json,
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
    LatencyBenchOptions options = new()
    {
        Rates = [given.GetValue(rate)],
        Modes = [Mode.Firing],
        Measured = given.GetValue(time),
        WarmUp = given.GetValue(warmUp),
        Every = Soak.BetweenOrders,
        Pin = !given.GetValue(noPin),
        CommandLine = $"FastRebalance.LatencyTests {string.Join(' ', args)}",
    };
    LatencyBook book = new(options);
    book.Runs.Add(Soak.Run(options.RunOf(Mode.Firing, options.Rates[0]), ownProcess: true));
    if (given.GetValue(json))
        Write(book);
    else
        LatencyText.Write(Console.Out, book);
    foreach (string failure in book.Failures)
        Console.Error.WriteLine($"wrong: {failure}");
    return book.IsRight ? Done : Failed;
}

static void Write(LatencyBook book)
{
    using Utf8JsonWriter writer = new(Console.OpenStandardOutput(), new JsonWriterOptions { Indented = true });
    LatencyJson.Write(writer, book);
}

static Option<TimeSpan> Time(string name, string description, string usual) => new(name)
{
    Description = $"{description}, such as 500ms, 10s or 2m; {usual} unless told",
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
