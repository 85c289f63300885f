using System.Buffers.Binary;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Lending.Calls;

/// <summary>
/// Call data for the pool, written into the caller's span. The pool's address is <see cref="LendingSites.Pool"/>; what is supplied or paid back it
/// takes from the caller, who has to have approved it. Debt is variable always; no referral.
/// </summary>
/// <remarks>Each answers false, and a length of zero, where the span is too short. <see cref="UInt256.MaxValue"/> withdraws or repays all there is.</remarks>
public static class PoolCalls
{
    /// <summary>Room for any of the calls but <see cref="TryFlashLoanSimple"/>.</summary>
    public const int MostBytes = 4 + 5 * WordLength;

    private const int WordLength = 32;
    private const ulong VariableRate = 2;

    internal static readonly uint SupplySelector = Of("supply(address,uint256,address,uint16)");
    internal static readonly uint WithdrawSelector = Of("withdraw(address,uint256,address)");
    internal static readonly uint BorrowSelector = Of("borrow(address,uint256,uint256,uint16,address)");
    internal static readonly uint RepaySelector = Of("repay(address,uint256,uint256,address)");
    internal static readonly uint RepayWithATokensSelector = Of("repayWithATokens(address,uint256,uint256)");
    internal static readonly uint UseAsCollateralSelector = Of("setUserUseReserveAsCollateral(address,bool)");
    internal static readonly uint SetEModeSelector = Of("setUserEMode(uint8)");
    internal static readonly uint FlashLoanSimpleSelector = Of("flashLoanSimple(address,address,uint256,bytes,uint16)");
    internal static readonly uint LiquidationCallSelector = Of("liquidationCall(address,address,address,uint256,bool)");

    public static bool TrySupply(Span<byte> data, in Address asset, in UInt256 amount, in Address onBehalfOf, out int length)
    {
        CallWords words = new(data, SupplySelector);
        words.Write(in asset);
        words.Write(in amount);
        words.Write(in onBehalfOf);
        words.Write(UInt256.Zero);
        return words.TryFinish(out length);
    }

    public static bool TryWithdraw(Span<byte> data, in Address asset, in UInt256 amount, in Address to, out int length)
    {
        CallWords words = new(data, WithdrawSelector);
        words.Write(in asset);
        words.Write(in amount);
        words.Write(in to);
        return words.TryFinish(out length);
    }

    /// <param name="data">Receives the call.</param>
    /// <param name="asset">What is borrowed.</param>
    /// <param name="amount">Base units.</param>
    /// <param name="onBehalfOf">Who will owe it: the caller, or who delegated to it.</param>
    /// <param name="length">Bytes written.</param>
    public static bool TryBorrow(Span<byte> data, in Address asset, in UInt256 amount, in Address onBehalfOf, out int length)
    {
        CallWords words = new(data, BorrowSelector);
        words.Write(in asset);
        words.Write(in amount);
        words.Write((UInt256)VariableRate);
        words.Write(UInt256.Zero);
        words.Write(in onBehalfOf);
        return words.TryFinish(out length);
    }

    public static bool TryRepay(Span<byte> data, in Address asset, in UInt256 amount, in Address onBehalfOf, out int length)
    {
        CallWords words = new(data, RepaySelector);
        words.Write(in asset);
        words.Write(in amount);
        words.Write((UInt256)VariableRate);
        words.Write(in onBehalfOf);
        return words.TryFinish(out length);
    }

    /// <summary>Pays the caller's debt with its own supply of the same asset.</summary>
    public static bool TryRepayWithATokens(Span<byte> data, in Address asset, in UInt256 amount, out int length)
    {
        CallWords words = new(data, RepayWithATokensSelector);
        words.Write(in asset);
        words.Write(in amount);
        words.Write((UInt256)VariableRate);
        return words.TryFinish(out length);
    }

    public static bool TryUseAsCollateral(Span<byte> data, in Address asset, bool use, out int length)
    {
        CallWords words = new(data, UseAsCollateralSelector);
        words.Write(in asset);
        words.Write(use ? UInt256.One : UInt256.Zero);
        return words.TryFinish(out length);
    }

    public static bool TrySetEMode(Span<byte> data, byte category, out int length)
    {
        CallWords words = new(data, SetEModeSelector);
        words.Write((UInt256)(ulong)category);
        return words.TryFinish(out length);
    }

    /// <summary>Lends to a contract for the length of the call, against a premium; <c>executeOperation</c> of the receiver gets the parameters.</summary>
    public static bool TryFlashLoanSimple(
        Span<byte> data, in Address receiver, in Address asset, in UInt256 amount, ReadOnlySpan<byte> parameters, out int length)
    {
        CallWords words = new(data, FlashLoanSimpleSelector);
        words.Write(in receiver);
        words.Write(in asset);
        words.Write(in amount);
        words.Write((UInt256)(5UL * WordLength));
        words.Write(UInt256.Zero);
        words.WriteBytes(parameters);
        return words.TryFinish(out length);
    }

    /// <param name="data">Receives the call.</param>
    /// <param name="collateral">The asset that is taken.</param>
    /// <param name="debt">The asset that is repaid.</param>
    /// <param name="account">Whose.</param>
    /// <param name="debtToCover">Base units; more than may be repaid is cut.</param>
    /// <param name="asAToken">Whether the collateral is wanted as a supply.</param>
    /// <param name="length">Bytes written.</param>
    public static bool TryLiquidate(
        Span<byte> data, in Address collateral, in Address debt, in Address account, in UInt256 debtToCover, bool asAToken, out int length)
    {
        CallWords words = new(data, LiquidationCallSelector);
        words.Write(in collateral);
        words.Write(in debt);
        words.Write(in account);
        words.Write(in debtToCover);
        words.Write(asAToken ? UInt256.One : UInt256.Zero);
        return words.TryFinish(out length);
    }

    private static uint Of(string signature) => BinaryPrimitives.ReadUInt32BigEndian(Keccak256.HashOfText(signature).Span);
}
