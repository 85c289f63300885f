using System.Text.Json;
using System.Text.Json.Serialization;
using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Engine;

namespace FastRebalance.Hosting;

/// <summary>
/// What the configuration and the chain together say, and what a replay needs to know without a chain: it stands at the head of
/// every journal.
/// </summary>
public sealed record ResolvedSetup
{
    public required ulong ChainId { get; init; }

    public required ulong Epoch { get; init; }

    public required string Account { get; init; }

    public required string Router { get; init; }

    public required string Numeraire { get; init; }

    public required string Native { get; init; }

    public required List<ResolvedAsset> Assets { get; init; }

    public required List<ResolvedPool> Pools { get; init; }

    /// <summary>As in <see cref="EngineSetup.SafetyPreempts"/>; journals of before there was such a thing say nothing, which is no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SafetyPreempts { get; init; }

    /// <summary>As in <see cref="EngineSetup.Borrows"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Borrows { get; init; }

    /// <summary>Pool positions that are followed on the chain, by their places; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public List<ResolvedLiquidity>? Liquidity { get; init; }

    [JsonIgnore]
    public List<string> Symbols => [.. Assets.Select(a => a.Symbol)];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SetupJson.Default.ResolvedSetup);

    /// <exception cref="JsonException">The bytes are not a setup.</exception>
    public static ResolvedSetup FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, SetupJson.Default.ResolvedSetup) ?? throw new JsonException("the setup is null");

    public AssetId AssetOf(string symbol) => AssetId.FromIndex(Assets.FindIndex(a => a.Symbol == symbol));

    public AssetId AssetAt(Address address) => AssetId.FromIndex(Assets.FindIndex(a => Address.Parse(a.Address) == address));

    /// <summary>New pools without state; each caller owns its own.</summary>
    public List<Pool> MakePools()
    {
        List<Pool> pools = [];
        foreach (ResolvedPool pool in Pools)
        {
            PoolFacts facts = pool.ToFacts();
            if (!PoolKinds.TryFind(facts.Kind, out PoolKind? kind))
                throw new InvalidOperationException($"no pool kind is called '{facts.Kind}'");
            pools.Add(kind.Create(facts, PoolId.FromIndex(pools.Count), [.. facts.Tokens.Select(AssetAt)]));
        }
        return pools;
    }

    public EngineSetup ToEngineSetup() => new(
        [.. Assets.Select(a => new EngineAsset(a.Symbol, a.Decimals))], MakePools(), AssetOf(Numeraire), AssetOf(Native), Epoch)
    {
        SafetyPreempts = SafetyPreempts,
        Borrows = Borrows,
        Liquidity = [.. (Liquidity ?? []).Select(one => new EngineLiquidity(AssetOf(one.Asset0), AssetOf(one.Asset1)))],
    };
}

public sealed record ResolvedAsset(string Symbol, string Address, int Decimals);

public sealed record ResolvedPool(string Kind, string Address, string Token0, string Token1, uint FeePips, int TickSpacing)
{
    public List<string> FurtherTokens { get; init; } = [];

    public Dictionary<string, string> Parameters { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<string> Tokens => FurtherTokens.Prepend(Token1).Prepend(Token0);

    internal static ResolvedPool From(PoolFacts facts) => new(
        facts.Kind, facts.Address.ToString(), facts.Token0.ToString(), facts.Token1.ToString(), facts.FeePips, facts.TickSpacing)
    {
        FurtherTokens = [.. facts.FurtherTokens.Select(token => token.ToString())],
        Parameters = new Dictionary<string, string>(facts.Parameters),
    };

    internal PoolFacts ToFacts() => new(
        Kind,
        Core.Assets.Address.Parse(Address),
        Core.Assets.Address.Parse(Token0),
        Core.Assets.Address.Parse(Token1),
        FeePips,
        TickSpacing)
    {
        FurtherTokens = [.. FurtherTokens.Select(token => Core.Assets.Address.Parse(token))],
        Parameters = Parameters,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ResolvedSetup))]
internal sealed partial class SetupJson : JsonSerializerContext;
