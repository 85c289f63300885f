using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Devnet;

/// <summary>A deployed token.</summary>
public sealed record DevnetToken(string Symbol, Address Address, int Decimals);

/// <summary>A deployed pool.</summary>
/// <param name="Kind">As the configuration names it: <c>uniswap-v2</c>, <c>uniswap-v3</c>.</param>
/// <param name="Address">The pool's contract.</param>
/// <param name="Token0">The token with the lower address.</param>
/// <param name="Token1">The other one.</param>
/// <param name="FeePips">Hundredths of a basis point: 3000 is 0.3 %.</param>
public sealed record DevnetPool(string Kind, Address Address, Address Token0, Address Token1, int FeePips);

/// <summary>An account with a role. The node itself signs for all of them but the desk.</summary>
public sealed record DevnetAccount(string Name, Address Address);

/// <summary>What stands on a local chain and how it is reached; the content of <c>manifest.json</c>.</summary>
public sealed record DevnetManifest
{
    public required ulong ChainId { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>http://127.0.0.1:PORT</summary>
    public required string Http { get; init; }

    /// <summary>ws://127.0.0.1:PORT</summary>
    public required string WebSocket { get; init; }

    /// <summary>Full path of the node's Unix socket; null on Windows.</summary>
    public required string? Ipc { get; init; }

    /// <summary>http://127.0.0.1:PORT of the relay's stand-in; null without one.</summary>
    public string? Relay { get; init; }

    public IReadOnlyList<DevnetToken> Tokens { get; init; } = [];

    public IReadOnlyList<DevnetPool> Pools { get; init; } = [];

    /// <summary>By the names that the configuration uses: <c>swapRouter02</c>, <c>uniswapV3Factory</c>, …</summary>
    public IReadOnlyDictionary<string, Address> Contracts { get; init; } = new Dictionary<string, Address>();

    /// <summary>The tokens of the lending market; empty without one. Its contracts stand among the others, as <c>aavePool</c>, <c>aaveOracle</c>, …</summary>
    public IReadOnlyList<DevnetReserve> Reserves { get; init; } = [];

    /// <summary><c>desk</c>, <c>deployer</c>, <c>noise</c>, <c>lender</c> where there is one, and <c>spare-1</c>, <c>spare-2</c>, … which own nothing but ether.</summary>
    public IReadOnlyList<DevnetAccount> Accounts { get; init; } = [];

    /// <exception cref="KeyNotFoundException">No token has this symbol.</exception>
    public DevnetToken Token(string symbol) =>
        Tokens.FirstOrDefault(token => token.Symbol == symbol)
        ?? throw new KeyNotFoundException($"no token '{symbol}'; there are {string.Join(", ", Tokens.Select(token => token.Symbol))}");

    /// <exception cref="KeyNotFoundException">The lending market has no such token, or there is none.</exception>
    public DevnetReserve Reserve(string symbol) =>
        Reserves.FirstOrDefault(reserve => reserve.Symbol == symbol)
        ?? throw new KeyNotFoundException($"no reserve '{symbol}'; there are {string.Join(", ", Reserves.Select(reserve => reserve.Symbol))}");

    /// <exception cref="KeyNotFoundException">No contract has this name.</exception>
    public Address Contract(string name) =>
        Contracts.TryGetValue(name, out Address address)
            ? address
            : throw new KeyNotFoundException($"no contract '{name}'; there are {string.Join(", ", Contracts.Keys)}");

    /// <exception cref="KeyNotFoundException">No account has this name.</exception>
    public Address Account(string name) =>
        Accounts.FirstOrDefault(account => account.Name == name)?.Address
        ?? throw new KeyNotFoundException($"no account '{name}'; there are {string.Join(", ", Accounts.Select(account => account.Name))}");

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("chainId", ChainId);
        writer.WriteString("http", Http);
        writer.WriteString("ws", WebSocket);
        writer.WriteString("ipc", Ipc);
        if (Relay is not null)
            writer.WriteString("relayStandIn", Relay);
        writer.WriteNumber("seed", Seed);
        WriteList(writer, "tokens", Tokens, static (to, token) =>
        {
            to.WriteString("symbol", token.Symbol);
            to.WriteString("address", Eip55.Format(token.Address));
            to.WriteNumber("decimals", token.Decimals);
        });
        WriteList(writer, "pools", Pools, static (to, pool) =>
        {
            to.WriteString("kind", pool.Kind);
            to.WriteString("address", Eip55.Format(pool.Address));
            to.WriteString("token0", Eip55.Format(pool.Token0));
            to.WriteString("token1", Eip55.Format(pool.Token1));
            to.WriteNumber("fee", pool.FeePips);
        });
        if (Reserves.Count > 0)
            WriteList(writer, "reserves", Reserves, static (to, reserve) =>
            {
                to.WriteString("symbol", reserve.Symbol);
                to.WriteString("asset", Eip55.Format(reserve.Asset));
                to.WriteString("aToken", Eip55.Format(reserve.AToken));
                to.WriteString("variableDebtToken", Eip55.Format(reserve.VariableDebtToken));
                to.WriteString("simulatedPriceSource", Eip55.Format(reserve.PriceSource));
            });
        writer.WriteStartObject("contracts");
        foreach ((string name, Address address) in Contracts)
            writer.WriteString(name, Eip55.Format(address));
        writer.WriteEndObject();
        WriteList(writer, "accounts", Accounts, static (to, account) =>
        {
            to.WriteString("name", account.Name);
            to.WriteString("address", Eip55.Format(account.Address));
        });
        writer.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
