using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Drafting;

/// <summary>A configuration to begin with: complete, cautious, and with a word on every field that a desk will want to change.</summary>
public sealed record ConfigDraft
{
    private const string UsualKeyVariable = "FASTREBALANCE_KEY";

    /// <summary>What the chain holds; its first token is the numeraire unless <see cref="Numeraire"/> names another.</summary>
    public required ChainSketch Chain { get; init; }

    /// <summary>As <c>chain.endpoints</c> takes them.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>The symbol that values are told in; null for the first token.</summary>
    public string? Numeraire { get; init; }

    /// <summary>Shares by symbol, adding up to one; empty for equal ones.</summary>
    public IReadOnlyDictionary<string, double> Target { get; init; } = new Dictionary<string, double>();

    /// <summary>A keystore file; null for a key in the environment.</summary>
    public string? Keystore { get; init; }

    /// <summary>Of the keystore.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The variable that holds the key where there is no keystore; null for the usual one.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The desk's executor contract; null where none is deployed.</summary>
    public Address? Executor { get; init; }

    /// <summary>Where the file's schema lies, for editors; null for nowhere.</summary>
    public string? Schema { get; init; }

    /// <summary>What cannot be so; empty where it can be written.</summary>
    public IEnumerable<string> Problems()
    {
        string known = string.Join(", ", Chain.Tokens.Select(static token => token.Symbol));
        if (Numeraire is not null && !Has(Numeraire))
            yield return $"the numeraire {Numeraire} is none of {known}";
        foreach (string symbol in Target.Keys)
            if (!Has(symbol))
                yield return $"the target names {symbol}, which is none of {known}";
        if (Target.Count > 0 && Math.Abs(Target.Values.Sum() - 1) > 1e-9)
            yield return $"the target's shares add up to {Target.Values.Sum().ToString(CultureInfo.InvariantCulture)} and not to 1";
        if (Keystore is not null && PasswordFile is null)
            yield return "a keystore needs a file with its password: --password-file FILE";
    }

    /// <summary>The configuration as text, with comments.</summary>
    public string Text()
    {
        StringBuilder text = new();
        string numeraire = Numeraire ?? Chain.Tokens[0].Symbol;
        text.AppendLine("{");
        if (Schema is not null)
            text.AppendLine(CultureInfo.InvariantCulture, $"  \"$schema\": \"{Schema}\",");
        text.AppendLine(CultureInfo.InvariantCulture, $"  \"chain\": {{ \"id\": {Chain.ChainId}, \"endpoints\": [ {Quoted(Endpoints)} ] }}, // IPC or WebSocket where the node is here; more than one to fall back on");
        AppendAccount(text);
        AppendContracts(text);
        text.AppendLine(CultureInfo.InvariantCulture, $"  \"numeraire\": \"{numeraire}\", // what values, limits and costs are told in");
        text.AppendLine(CultureInfo.InvariantCulture, $"  \"native\": \"{NativeOf(numeraire)}\", // the wrapped coin: its price is the price of gas");
        AppendList(text, "assets", Chain.Tokens.Select(static token => $"{{ \"symbol\": \"{token.Symbol}\", \"address\": \"{Eip55.Format(token.Address)}\", \"decimals\": {token.Decimals} }}"));
        AppendList(text, "pools", Chain.Pools.Select(pool => $"{{ \"kind\": \"{pool.Kind}\", \"address\": \"{Eip55.Format(pool.Address)}\" }} // {SymbolOf(pool.Token0)}/{SymbolOf(pool.Token1)}"));
        text.AppendLine("  \"feeds\": [ { \"kind\": \"pool-events\" } ],");
        AppendPortfolio(text);
        text.AppendLine("  \"submit\": {");
        text.AppendLine("    \"channels\": [ { \"kind\": \"public\" } ], // the public pool sees every trade before it is mined: name a relay for size");
        text.AppendLine("    \"maxFeePerGasGwei\": 100, // nothing is ever offered above it");
        text.AppendLine("    \"deadlineSeconds\": 60");
        text.AppendLine("  },");
        text.AppendLine("  \"engine\": { \"topology\": \"fused\", \"waitStrategy\": \"spin-then-yield\", \"journal\": \"journal\" } // \"staged\" and \"busy-spin\" for isolated cores");
        text.AppendLine("}");
        return text.ToString();
    }

    private void AppendAccount(StringBuilder text)
    {
        if (Keystore is not null)
            text.AppendLine(CultureInfo.InvariantCulture, $"  \"account\": {{ \"keystore\": {Json(Keystore)}, \"passwordFile\": {Json(PasswordFile!)} }},");
        else
            text.AppendLine(CultureInfo.InvariantCulture, $"  \"account\": {{ \"privateKeyEnv\": \"{KeyVariable ?? UsualKeyVariable}\" }}, // for tests; a keystore for money: fastrebalance keys new");
    }

    private void AppendContracts(StringBuilder text)
    {
        if (Executor is { } executor)
            text.AppendLine(CultureInfo.InvariantCulture, $"  \"contracts\": {{ \"rebalanceExecutor\": \"{Eip55.Format(executor)}\" }},");
        else if (Chain.Router is { } router)
            text.AppendLine(CultureInfo.InvariantCulture, $"  \"contracts\": {{ \"swapRouter02\": \"{Eip55.Format(router)}\" }}, // name the desk's own rebalanceExecutor in its place: fastrebalance executor deploy");
        else
            text.AppendLine("  \"contracts\": { }, // the desk's own: \"rebalanceExecutor\": \"0x…\", which fastrebalance executor deploy makes");
    }

    private void AppendPortfolio(StringBuilder text)
    {
        text.AppendLine("  \"portfolios\": [ {");
        text.AppendLine("    \"name\": \"core\",");
        text.AppendLine(CultureInfo.InvariantCulture, $"    \"target\": {{ \"kind\": \"fixed-weights\", \"weights\": {{ {string.Join(", ", Shares())} }} }},");
        text.AppendLine("    \"triggers\": [ { \"kind\": \"drift-band\", \"absoluteBps\": 100 } ], // 1 % of the portfolio's value");
        text.AppendLine("    \"sizing\": { \"kind\": \"to-target\" },");
        text.AppendLine("    \"risk\": { // every trade is held against these before it is routed");
        text.AppendLine("      \"maxSlippageBps\": 50,");
        text.AppendLine("      \"maxTradeNumeraire\": 10000,");
        text.AppendLine("      \"maxPriceAge\": \"00:00:30\",");
        text.AppendLine("      \"maxGasNumerairePerDay\": 200");
        text.AppendLine("    }");
        text.AppendLine("  } ],");
    }

    private IEnumerable<string> Shares()
    {
        if (Target.Count > 0)
            return Target.Select(static share => string.Create(CultureInfo.InvariantCulture, $"\"{share.Key}\": {share.Value}"));
        // Equal ones; what rounding leaves is the first one's.
        double each = Math.Floor(1e4 / Chain.Tokens.Count) / 1e4, first = Math.Round(1 - (each * (Chain.Tokens.Count - 1)), 4);
        return Chain.Tokens.Select((token, i) => string.Create(CultureInfo.InvariantCulture, $"\"{token.Symbol}\": {(i == 0 ? first : each)}"));
    }

    private static void AppendList(StringBuilder text, string name, IEnumerable<string> items)
    {
        string[] lines = [.. items];
        text.AppendLine(CultureInfo.InvariantCulture, $"  \"{name}\": [");
        for (int i = 0; i < lines.Length; i++)
        {
            int comment = lines[i].IndexOf(" //", StringComparison.Ordinal);
            (string item, string rest) = comment < 0 ? (lines[i], "") : (lines[i][..comment], lines[i][comment..]);
            text.AppendLine(CultureInfo.InvariantCulture, $"    {item}{(i + 1 < lines.Length ? "," : "")}{rest}");
        }
        text.AppendLine("  ],");
    }

    private string NativeOf(string numeraire) =>
        Chain.Tokens.FirstOrDefault(static token => token.Symbol is "WETH" or "WETH9")?.Symbol ?? Chain.Tokens.First(token => token.Symbol != numeraire).Symbol;

    private bool Has(string symbol) => Chain.Tokens.Any(token => token.Symbol == symbol);

    private string SymbolOf(Address token) => Chain.Tokens.First(one => one.Address == token).Symbol;

    private static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Select(Json));

    private static string Json(string text) => $"\"{System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
