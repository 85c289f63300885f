using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Chains;

/// <summary>Fees that op-geth's own tests expect (core/types/rollup_cost_test.go), and what the oracle's answers may not be.</summary>
public sealed class OpStackDataFeeTests
{
    private const ulong OperatorScalar = 1_439_103_868, OperatorConstant = 1_256_417_826_609_331_460;

    [Fact]
    public void L1FeeWei_PublishedEmptyTransaction_IsThePublishedFee()
    {
        Assert.Equal(3_203_000ul, Terms(isFjord: true).L1FeeWei(PublishedTransactions.Empty));
        Assert.Equal(960_900ul, Terms(isFjord: false).L1FeeWei(PublishedTransactions.Empty));
    }

    [Theory]
    [InlineData(100, 3_203_000ul)]
    [InlineData(150, 3_203_000ul)]
    [InlineData(170, 3_203_000ul)]
    [InlineData(202, 4_048_188ul)]
    public void FjordFeeWei_PublishedLengths_IsThePublishedFee(int length, ulong fee) => Assert.Equal(fee, Terms(isFjord: true).FjordFeeWei(length));

    [Theory]
    [InlineData(171)]
    [InlineData(175)]
    [InlineData(200)]
    public void FjordFeeWei_AboveTheLeastSize_IsMore(int length) => Assert.True(Terms(isFjord: true).FjordFeeWei(length) > 3_203_000);

    [Fact]
    public void FjordFeeWei_TheContractsOwnVector_IsTheContractsFee() =>
        Assert.Equal(105_484ul, new OpStackDataFeeTerms(true, 2_000_000, 20, 3_000_000, 15).FjordFeeWei(235));

    [Fact]
    public void L1FeeWei_PublishedContractCall_GoesByItsFastLzLength() =>
        Assert.Equal(4_048_188ul, Terms(isFjord: true).L1FeeWei(PublishedTransactions.ContractCall));

    // Isthmus: gas · scalar / 10^6 + constant. Jovian: gas · scalar · 100 + constant. Both are a line through the oracle's two answers.
    [Theory]
    [InlineData(false, 1_256_417_826_611_659_930ul)]
    [InlineData(true, 1_256_650_673_615_173_860ul)]
    public void OperatorFeeWei_PublishedVectors_IsThePublishedFeeOrOneWeiMore(bool isJovian, ulong fee)
    {
        EthCallOutcome[] answers = Answers();
        UInt256 million = isJovian ? (UInt256)OperatorScalar * 100_000_000 : OperatorScalar;
        answers[6] = Word(OperatorConstant);
        answers[7] = Word(OperatorConstant + million);
        Assert.True(new OpStackDataFee().TryRead(answers, out IDataFeeTerms? terms));

        UInt256 ours = ((OpStackDataFeeTerms)terms!).OperatorFeeWei(1618);

        Assert.InRange((ulong)ours, fee, fee + 1);
    }

    [Fact]
    public void FeeWei_BeforeTheOperatorFee_IsTheL1FeeAlone()
    {
        Assert.True(new OpStackDataFee().TryRead(Answers(), out IDataFeeTerms? terms));
        Assert.Equal(3_203_000ul, terms!.FeeWei(PublishedTransactions.Empty, 21_000));
    }

    [Fact]
    public void FeeWei_BeforeFjord_GoesByEcotone()
    {
        EthCallOutcome[] answers = Answers();
        answers[0] = Refused;
        Assert.True(new OpStackDataFee().TryRead(answers, out IDataFeeTerms? terms));
        Assert.Equal(960_900ul, terms!.FeeWei(PublishedTransactions.Empty, 21_000));
    }

    [Fact]
    public void TryRead_BeforeEcotone_IsRefused()
    {
        EthCallOutcome[] answers = Answers();
        answers[0] = answers[1] = Refused;
        AssertRefused(answers);
    }

    // Zero is never a price by default: an answer that is missing, short or senseless is no answer.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void TryRead_APriceIsMissing_IsRefused(int at)
    {
        EthCallOutcome[] answers = Answers();
        answers[at] = Refused;
        AssertRefused(answers);
        answers[at] = new EthCallOutcome(true, new byte[31], null);
        AssertRefused(answers);
        answers[at] = Word(UInt256.MaxValue);
        AssertRefused(answers);
    }

    [Fact]
    public void TryRead_OperatorFeeFallsWithTheGas_IsRefused()
    {
        EthCallOutcome[] answers = Answers();
        answers[6] = Word(5);
        answers[7] = Word(4);
        AssertRefused(answers);
    }

    [Fact]
    public void TryRead_NoAnswers_IsRefused() => AssertRefused([]);

    [Fact]
    public void FeeWei_LargestPricesThatAreRead_DoesNotWrap()
    {
        EthCallOutcome[] answers = Answers();
        UInt256 dear = (UInt256.One << 96) - 1;
        answers[2] = answers[3] = Word(dear);
        answers[4] = answers[5] = Word(uint.MaxValue);
        Assert.True(new OpStackDataFee().TryRead(answers, out IDataFeeTerms? terms));

        UInt256 expected = dear * uint.MaxValue * 17 / 1_000_000 * 100;

        UInt256 fee = terms!.FeeWei(PublishedTransactions.Empty, 0);
        Assert.True(fee >= expected && fee <= expected + 1000, $"{fee} against {expected}");
    }

    private static EthCallOutcome Refused => new(false, [], new RpcError(3, "execution reverted"));

    private static OpStackDataFeeTerms Terms(bool isFjord) => new(isFjord, 1_000_000_000, 2, 10_000_000, 3);

    private static EthCallOutcome[] Answers() =>
    [
        Word(1), Word(1), Word(1_000_000_000), Word(10_000_000), Word(2), Word(3), Refused, Refused,
    ];

    private static EthCallOutcome Word(UInt256 value)
    {
        byte[] word = new byte[AbiWriter.WordLength];
        value.WriteBigEndian(word);
        return new EthCallOutcome(true, word, null);
    }

    private static void AssertRefused(EthCallOutcome[] answers)
    {
        Assert.False(new OpStackDataFee().TryRead(answers, out IDataFeeTerms? terms));
        Assert.Null(terms);
    }
}
