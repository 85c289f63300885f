using FastRebalance.Core.Assets;

namespace FastRebalance.Lending;

/// <summary>Which reserves an account borrows and which it uses as collateral: two bits for each, as the pool stores them.</summary>
/// <remarks>Source: UserConfiguration of Aave V3.</remarks>
public readonly record struct AccountConfiguration(UInt256 Data)
{
    /// <summary>Reserves that fit the word.</summary>
    public const int MostReserves = 128;

    private static readonly UInt256 s_collateral = new(
        0xaaaa_aaaa_aaaa_aaaa, 0xaaaa_aaaa_aaaa_aaaa, 0xaaaa_aaaa_aaaa_aaaa, 0xaaaa_aaaa_aaaa_aaaa);

    public bool IsEmpty => Data.IsZero;

    public bool IsBorrowing(int reserve) => Bit(2 * reserve);

    public bool IsCollateral(int reserve) => Bit(2 * reserve + 1);

    public AccountConfiguration WithBorrowing(int reserve, bool value) => With(2 * reserve, value);

    public AccountConfiguration WithCollateral(int reserve, bool value) => With(2 * reserve + 1, value);

    /// <summary>The reserve, where the account has exactly one as collateral; else -1.</summary>
    public int OnlyCollateral => Only(Data & s_collateral);

    /// <summary>The reserve, where the account borrows exactly one; else -1.</summary>
    public int OnlyDebt => Only(Data & ~s_collateral);

    private static int Only(UInt256 bits) => !bits.IsZero && (bits & (bits - UInt256.One)).IsZero ? bits.TrailingZeroCount / 2 : -1;

    private bool Bit(int bit) => ((Data >> bit).Limb0 & 1) != 0;

    private AccountConfiguration With(int bit, bool value)
    {
        UInt256 mask = UInt256.One << bit;
        return new AccountConfiguration(value ? Data | mask : Data & ~mask);
    }
}
