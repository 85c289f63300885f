using FastRebalance.Core.Assets;

namespace FastRebalance.Lending.Logs;

/// <summary>What a contract is to the market.</summary>
internal enum LogRole : byte
{
    None = 0,
    Pool,
    Configurator,
    Oracle,
    Asset,
    AToken,
    VariableDebt,
    StableDebt,
    Aggregator,
}

/// <summary>Knows the market's contracts by their addresses.</summary>
internal sealed class LogRoles
{
    private readonly Dictionary<Address, (LogRole Role, int Reserve)> _roles = [];
    private readonly Dictionary<Address, int> _aTokens = [];
    private readonly Dictionary<Address, int> _assets = [];

    public LogRoles(LendingSites sites)
    {
        _roles[sites.Pool] = (LogRole.Pool, -1);
        _roles[sites.Configurator] = (LogRole.Configurator, -1);
        _roles[sites.Oracle] = (LogRole.Oracle, -1);
    }

    public IReadOnlyCollection<Address> Sites => _roles.Keys;

    public void Add(ReserveFacts facts)
    {
        _roles[facts.Asset] = (LogRole.Asset, facts.Id);
        _roles[facts.AToken] = (LogRole.AToken, facts.Id);
        _roles[facts.VariableDebtToken] = (LogRole.VariableDebt, facts.Id);
        _roles[facts.StableDebtToken] = (LogRole.StableDebt, facts.Id);
        _assets[facts.Asset] = facts.Id;
        _aTokens[facts.AToken] = facts.Id;
    }

    public void AddAggregator(in Address aggregator)
    {
        if (!aggregator.IsZero)
            _roles.TryAdd(aggregator, (LogRole.Aggregator, -1));
    }

    public LogRole RoleOf(in Address emitter, out int reserve)
    {
        (LogRole role, reserve) = _roles.GetValueOrDefault(emitter);
        return role;
    }

    public bool TryAsset(in Address asset, out int reserve) => _assets.TryGetValue(asset, out reserve);

    public bool IsAToken(in Address address, int reserve) => _aTokens.TryGetValue(address, out int other) && other == reserve;
}
