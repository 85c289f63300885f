using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Lending;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.MarketData;

/// <summary>
/// A lending market of the fake chain's W and U, and of V, which nobody configured: the account has 10 W in it and owes 5 000 U at ten per cent a year.
/// W counts for 0.8 and stands at 2 000. It answers from the state it has now, whatever the block.
/// </summary>
internal sealed class FakeLending
{
    public static readonly Address Provider = FakeMarket.Named(0x40);
    public static readonly ulong Start = 1_000_001; // the time of the fake chain's first block

    private static readonly Address s_pool = FakeMarket.Named(0x41);
    private static readonly Address s_configurator = FakeMarket.Named(0x42);
    private static readonly Address s_oracle = FakeMarket.Named(0x43);
    private static readonly Address s_account = FakeMarket.Named(0xaa);
    private static readonly Address[] s_assets = [FakeMarket.Named(1), FakeMarket.Named(2), FakeMarket.Named(4)];
    private static readonly int[] s_decimals = [18, 6, 18];

    private readonly Dictionary<(Address To, string Data), UInt256[]> _answers = [];

    public FakeLending()
    {
        Set(Provider, LendingCalls.GetPool, Word(s_pool));
        Set(Provider, LendingCalls.GetConfigurator, Word(s_configurator));
        Set(Provider, LendingCalls.GetOracle, Word(s_oracle));
        Set(s_pool, LendingCalls.ReservesList, 32, 3, Word(s_assets[0]), Word(s_assets[1]), Word(s_assets[2]));
        Set(s_pool, LendingCalls.FlashPremiumToProtocol, UInt256.Zero);
        Set(s_pool, LendingCalls.UserEMode, s_account, UInt256.Zero);
        for (int i = 0; i < s_assets.Length; i++)
            AddReserve(i);
        SetDebt(5_000_000_000);
        SetUsage(collateral: 0, debt: 1);
    }

    public static Address SourceOf(int reserve) => FakeMarket.Named((byte)(0x80 + reserve));

    /// <summary>How often the market was read whole.</summary>
    public int Readings { get; private set; }

    /// <summary>What <c>getUserAccountData</c> answers at a time; set, so that a test may let it contradict.</summary>
    public Func<UInt256[]> AccountData { get; set; } = () => [];

    public UInt256[]? Answer(EthCall call)
    {
        if (call.To == Provider && Key(call).StartsWith(LendingCalls.GetPool.ToString(), StringComparison.Ordinal))
            Readings++;
        if (call.To == s_pool && Key(call).StartsWith(LendingCalls.AccountData.ToString(), StringComparison.Ordinal))
            return AccountData();
        if (call.To == s_pool && Key(call).StartsWith(LendingCalls.Category.ToString(), StringComparison.Ordinal))
            return new UInt256[6];
        return _answers.GetValueOrDefault((call.To, Key(call)));
    }

    /// <summary>In dollars; both the source's answer and the oracle's.</summary>
    public void SetPrice(int reserve, ulong dollars, ulong time)
    {
        UInt256 price = FakeMarket.Tokens(dollars, 8);
        Set(SourceOf(reserve), LendingCalls.LatestAnswer, price);
        Set(SourceOf(reserve), LendingCalls.LatestTimestamp, time);
        Set(s_oracle, LendingCalls.AssetPrice, s_assets[reserve], price);
    }

    public void TellPrice(FakeChain.Block block, int reserve, ulong dollars)
    {
        SetPrice(reserve, dollars, (ulong)block.Header.TimestampSeconds);
        FakeChain.Log(
            block, SourceOf(reserve), [LendingTopics.AnswerUpdated, ToTopic(FakeMarket.Tokens(dollars, 8)), ToTopic(7)], (ulong)block.Header.TimestampSeconds);
    }

    public static void TellSourceReplaced(FakeChain.Block block, int reserve) =>
        FakeChain.Log(block, s_oracle, [LendingTopics.AssetSourceUpdated, ToTopic(Word(s_assets[reserve])), ToTopic(Word(SourceOf(reserve)))]);

    public void SetDebt(UInt256 scaled)
    {
        Set(DebtTokenOf(1), LendingCalls.ScaledBalanceOf, s_account, scaled);
        Set(DebtTokenOf(1), LendingCalls.ScaledTotalSupply, scaled);
    }

    public void SetUnlistedDebt(UInt256 scaled) => Set(DebtTokenOf(2), LendingCalls.ScaledBalanceOf, s_account, scaled);

    public void SetUsage(int collateral, int debt) => Set(
        s_pool, LendingCalls.UserConfiguration, s_account,
        default(AccountConfiguration).WithCollateral(collateral, true).WithBorrowing(debt, true).Data);

    /// <summary>What the contracts would answer of 10 W at a price, and a debt of U in its base units.</summary>
    public static UInt256[] DataOf(ulong dollars, UInt256 debt)
    {
        UInt256 collateral = FakeMarket.Tokens(10 * dollars, 8), owed = debt * 100ul, limit = collateral * 75ul / 100ul;
        UInt256 health = (collateral * 80ul / 100ul * UInt256.PowerOfTen(18) + owed / 2ul) / owed;
        return [collateral, owed, limit - owed, 8_000, 7_500, health];
    }

    private static Address DebtTokenOf(int reserve) => FakeMarket.Named((byte)(0x60 + reserve));

    private void AddReserve(int i)
    {
        Address aToken = FakeMarket.Named((byte)(0x50 + i)), stable = FakeMarket.Named((byte)(0x70 + i));
        ReserveConfiguration configuration = default(ReserveConfiguration).WithActive(true).WithBorrowing(true).WithCollateral(7_500, 8_000, 10_500)
            .WithBorrowCap(20_000);
        UInt256 borrowRate = i == 1 ? WadRay.Ray / 10ul : UInt256.Zero;
        Set(
            s_pool, LendingCalls.ReserveData, s_assets[i], configuration.Data | ((UInt256)(ulong)s_decimals[i] << 48), WadRay.Ray, UInt256.Zero, WadRay.Ray,
            borrowRate, UInt256.Zero, Start, (ulong)i, Word(aToken), Word(stable), Word(DebtTokenOf(i)), Word(FakeMarket.Named(0x44)), UInt256.Zero,
            UInt256.Zero, UInt256.Zero);
        UInt256 own = i == 0 ? FakeMarket.Tokens(10, 18) : UInt256.Zero;
        Set(aToken, LendingCalls.ScaledTotalSupply, own);
        Set(aToken, LendingCalls.ScaledBalanceOf, s_account, own);
        Set(DebtTokenOf(i), LendingCalls.ScaledTotalSupply, UInt256.Zero);
        Set(DebtTokenOf(i), LendingCalls.ScaledBalanceOf, s_account, UInt256.Zero);
        Set(stable, LendingCalls.TotalSupply, UInt256.Zero);
        Set(stable, LendingCalls.BalanceOf, s_account, UInt256.Zero);
        Set(s_assets[i], LendingCalls.BalanceOf, aToken, FakeMarket.Tokens(100_000, s_decimals[i]));
        Set(s_oracle, LendingCalls.SourceOfAsset, s_assets[i], Word(SourceOf(i)));
        SetPrice(i, i == 0 ? 2_000ul : 1, Start);
    }

    private void Set(Address to, AbiSelector selector, params UInt256[] words) => _answers[(to, Key(LendingCalls.Of(to, selector)))] = words;

    private void Set(Address to, AbiSelector selector, Address argument, params UInt256[] words) =>
        _answers[(to, Key(LendingCalls.Of(to, selector, argument)))] = words;

    private static string Key(EthCall call) => Hex.Encode(call.Data.Span);

    private static UInt256 Word(Address address)
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        address.Span.CopyTo(word[^Address.Length..]);
        return UInt256.ReadBigEndian(word);
    }

    private static Hash32 ToTopic(UInt256 word)
    {
        Span<byte> bytes = stackalloc byte[32];
        word.WriteBigEndian(bytes);
        return new Hash32(bytes);
    }
}
