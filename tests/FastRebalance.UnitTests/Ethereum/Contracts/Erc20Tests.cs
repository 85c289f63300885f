using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.UnitTests.Ethereum.Contracts;

/// <summary>Call data against selectors that are known from elsewhere, word by word.</summary>
public sealed class Erc20Tests
{
    private const string FirstWord = "000000000000000000000000a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
    private const string SecondWord = "00000000000000000000000068b3465833fb72a70ecdf485e0e4c7bd8665fc45";
    private const string AmountWord = "00000000000000000000000000000000000000000000000000000000075bcd15";

    private static readonly Address First = Address.Parse("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
    private static readonly Address Second = Address.Parse("0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45");

    [Fact]
    public void Decimals_Always_IsTheSelectorAlone() => Assert.Equal("0x313ce567", Hex.Encode(Erc20.Decimals()));

    [Fact]
    public void BalanceOf_Owner_IsOneWord() => Assert.Equal("0x70a08231" + FirstWord, Hex.Encode(Erc20.BalanceOf(First)));

    [Fact]
    public void Allowance_OwnerAndSpender_ComeInThisOrder() =>
        Assert.Equal("0xdd62ed3e" + FirstWord + SecondWord, Hex.Encode(Erc20.Allowance(First, Second)));

    [Fact]
    public void Approve_SpenderAndAmount_ComeInThisOrder() =>
        Assert.Equal("0x095ea7b3" + SecondWord + AmountWord, Hex.Encode(Erc20.Approve(Second, 123_456_789)));

    [Fact]
    public void Approve_LargestAmount_FillsItsWord() =>
        Assert.Equal("0x095ea7b3" + SecondWord + new string('f', 64), Hex.Encode(Erc20.Approve(Second, UInt256.MaxValue)));

    [Fact]
    public void Transfer_ReceiverAndAmount_ComeInThisOrder() =>
        Assert.Equal("0xa9059cbb" + SecondWord + AmountWord, Hex.Encode(Erc20.Transfer(Second, 123_456_789)));
}
