using System.Globalization;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;

namespace FastRebalance.Cli.Commands;

/// <summary>Reads <c>--basket</c> and <c>--holdings</c>.</summary>
internal static class BasketOptions
{
    private const double SumSlack = 1e-9;

    private static readonly JsonDocumentOptions s_json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Weights by asset from text such as <c>WETH=0.5,USDC=0.5</c>; mistakes are added.</summary>
    public static double[] Weights(ConfigFile config, string text, List<ConfigProblem> problems)
    {
        double[] weights = new double[config.Assets.Count];
        bool[] isNamed = new bool[config.Assets.Count];
        int before = problems.Count;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            int asset = sides.Length == 2 ? IndexOf(config, sides[0]) : -1;
            if (asset < 0 || isNamed[asset])
                problems.Add(new ConfigProblem("--basket", $"\"{part}\"", $"SYMBOL=WEIGHT, each of {Symbols(config)} at most once"));
            else if (!double.TryParse(sides[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out weights[asset]) || !(weights[asset] <= 1))
                problems.Add(new ConfigProblem("--basket", $"\"{part}\"", "a weight from 0 to 1, such as WETH=0.5"));
            else
                isNamed[asset] = true;
        }
        double sum = weights.Sum();
        if (problems.Count == before && !(Math.Abs(sum - 1) <= SumSlack))
            problems.Add(new ConfigProblem("--basket", string.Create(CultureInfo.InvariantCulture, $"weights that sum up to {sum}"), "weights that sum up to 1"));
        return weights;
    }

    /// <summary>Base units by asset from a JSON file of whole tokens by symbol, <c>{ "WETH": "1.5" }</c>; mistakes are added.</summary>
    public static UInt256[] Holdings(ConfigFile config, string file, List<ConfigProblem> problems)
    {
        const string wanted = "a JSON object of whole tokens by symbol, such as { \"WETH\": \"1.5\" }";
        UInt256[] holdings = new UInt256[config.Assets.Count];
        if (!File.Exists(file))
        {
            problems.Add(new ConfigProblem("--holdings", $"no file {file}", wanted));
            return holdings;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file), s_json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                problems.Add(new ConfigProblem("--holdings", $"{file}, which is no object", wanted));
            else
                foreach (JsonProperty holding in document.RootElement.EnumerateObject())
                    Read(config, holding, holdings, problems);
        }
        catch (JsonException e)
        {
            problems.Add(new ConfigProblem("--holdings", $"{file}, which is no JSON: {e.Message}", wanted));
        }
        return holdings;
    }

    private static void Read(ConfigFile config, JsonProperty holding, UInt256[] holdings, List<ConfigProblem> problems)
    {
        int asset = IndexOf(config, holding.Name);
        if (asset < 0)
        {
            problems.Add(new ConfigProblem($"--holdings {holding.Name}", "no asset of the configuration", $"one of {Symbols(config)}"));
            return;
        }
        string text = holding.Value.ValueKind == JsonValueKind.String ? holding.Value.GetString()! : holding.Value.GetRawText();
        int decimals = config.Assets[asset].Decimals;
        if (!TokenUnits.TryParse(text, decimals, out holdings[asset]))
            problems.Add(new ConfigProblem($"--holdings {holding.Name}", $"\"{text}\"", $"whole tokens with at most {decimals} decimals, such as \"1.5\""));
    }

    private static int IndexOf(ConfigFile config, string symbol)
    {
        for (int i = 0; i < config.Assets.Count; i++)
            if (config.Assets[i].Symbol == symbol)
                return i;
        return -1;
    }

    private static string Symbols(ConfigFile config) => string.Join(", ", config.Assets.Select(a => a.Symbol));
}
