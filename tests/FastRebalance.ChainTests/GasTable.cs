using System.Globalization;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Tests;

namespace FastRebalance.ChainTests;

/// <summary>The table of what baskets cost that is checked in beside the contracts, in two parts that are measured apart.</summary>
internal static class GasTable
{
    private const string Accept = "FASTREBALANCE_ACCEPT_GAS";
    private const string SecondPart = "## Out of and into a lending market";

    private static readonly string s_file = Path.Combine(SharedFiles.Root, "src", "contracts", "gas.md");

    /// <summary>Holds the part of what the vault holds to what was measured.</summary>
    public static Task HoldFirstAsync(string measured) => HoldAsync(measured, static (text, part) => part + text[Split(text)..]);

    /// <summary>Holds the part of leveraged baskets to what was measured.</summary>
    public static Task HoldSecondAsync(string measured) => HoldAsync($"\n{SecondPart}\n\n{measured}", static (text, part) => text[..Split(text)] + part);

    public static string Rows(IEnumerable<(string Basket, ulong Gas, ulong Declared)> measured)
    {
        StringBuilder text = new();
        text.AppendLine("| basket | gas | with what it touches declared | saved |");
        text.AppendLine("|---|---|---|---|");
        foreach ((string basket, ulong gas, ulong declared) in measured)
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {basket} | {gas} | {declared} | {(double)((long)gas - (long)declared) / gas:P2} |"));
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>Puts a transaction that declares what it touches into the node's pool.</summary>
    public static async Task<Hash32> PostAsync(EthereumNode node, Address from, Address? target, byte[] data, ulong gas, AccessListEntry[] declared)
    {
        ulong nonce = await node.NonceAsync(from, BlockRef.Latest);
        return Hash32.Parse((await node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.ToString());
            writer.WriteString("nonce"u8, Hex.Quantity(nonce));
            if (target is { } to)
                writer.WriteString("to"u8, to.ToString());
            writer.WriteString("input"u8, Hex.Encode(data));
            writer.WriteString("gas"u8, Hex.Quantity(gas));
            writer.WriteStartArray("accessList"u8);
            foreach (AccessListEntry entry in declared)
            {
                writer.WriteStartObject();
                writer.WriteString("address"u8, entry.Address.ToString());
                writer.WriteStartArray("storageKeys"u8);
                foreach (Hash32 key in entry.StorageKeys.ToArray())
                    writer.WriteStringValue(key.ToString());
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        })).GetString());
    }

    private static int Split(string text)
    {
        int at = text.IndexOf("\n" + SecondPart, StringComparison.Ordinal);
        return at < 0 ? text.Length : at;
    }

    private static async Task HoldAsync(string measured, Func<string, string, string> with)
    {
        string expected = await File.ReadAllTextAsync(s_file, TestContext.Current.CancellationToken);
        string now = with(expected, measured);
        if (Environment.GetEnvironmentVariable(Accept) is not null)
            await File.WriteAllTextAsync(s_file, expected = now, TestContext.Current.CancellationToken);
        Assert.True(now == expected, $"the table {s_file} does not say what was measured; look at it, and set {Accept}=1 once to write:\n{measured}");
    }
}
