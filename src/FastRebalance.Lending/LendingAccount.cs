using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>
/// What one account supplied and owes, scaled, and how it uses it. Kept by its <see cref="LendingMarket"/>, which is the only one to write it; not
/// thread-safe.
/// </summary>
public sealed class LendingAccount(Address address)
{
    private readonly UInt128[] _scaledSupply = new UInt128[AccountConfiguration.MostReserves];
    private readonly UInt128[] _scaledDebt = new UInt128[AccountConfiguration.MostReserves];

    public Address Address { get; } = address;

    /// <summary>Whether it was read from the chain, and every log since was understood.</summary>
    public bool IsReady { get; internal set; }

    public AccountConfiguration Configuration { get; internal set; }

    /// <summary>0: none.</summary>
    public byte EModeCategory { get; internal set; }

    /// <summary>By the reserve's place.</summary>
    public ReadOnlySpan<UInt128> ScaledSupply => _scaledSupply;

    /// <summary>By the reserve's place.</summary>
    public ReadOnlySpan<UInt128> ScaledDebt => _scaledDebt;

    /// <summary>Takes what was read from the chain, whole.</summary>
    public void Reset(
        AccountConfiguration configuration, byte eModeCategory, ReadOnlySpan<UInt128> scaledSupply, ReadOnlySpan<UInt128> scaledDebt)
    {
        Configuration = configuration;
        EModeCategory = eModeCategory;
        scaledSupply.CopyTo(_scaledSupply);
        scaledDebt.CopyTo(_scaledDebt);
        _scaledSupply.AsSpan(scaledSupply.Length).Clear();
        _scaledDebt.AsSpan(scaledDebt.Length).Clear();
        IsReady = true;
    }

    internal ref UInt128 SupplyOf(int reserve) => ref _scaledSupply[reserve];

    internal ref UInt128 DebtOf(int reserve) => ref _scaledDebt[reserve];
}
