using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

public sealed class HeadVoteTests
{
    private readonly HeadVote _vote = new();

    [Fact]
    public void Learn_HeadsOneAfterTheOther_TheHighestIsBest()
    {
        Assert.True(_vote.Learn(Head(1), isAnchor: true));
        Assert.True(_vote.Learn(Head(2), isAnchor: false));
        Assert.True(_vote.Learn(Head(3), isAnchor: false));
        Assert.Equal(3ul, _vote.Best!.Number);
    }

    [Fact]
    public void Learn_HigherHeadWithoutItsParents_DoesNotCountUntilTheyAreKnown()
    {
        _vote.Learn(Head(1), isAnchor: true);

        Assert.False(_vote.Learn(Head(4), isAnchor: false));
        Assert.Equal(1ul, _vote.Best!.Number);
        Assert.Equal(Head(3).Hash, _vote.FirstMissing(Head(4).Hash));
        Assert.False(_vote.Learn(Head(3), isAnchor: false));
        Assert.True(_vote.Learn(Head(2), isAnchor: false));
        Assert.True(_vote.Learn(Head(4), isAnchor: false));
        Assert.Equal(4ul, _vote.Best!.Number);
    }

    [Fact]
    public void Learn_HeightThatDoesNotFollowItsParents_NeverCounts()
    {
        _vote.Learn(Head(1), isAnchor: true);
        BlockHeader liar = Head(1000, parent: Head(1).Hash);

        Assert.False(_vote.Learn(liar, isAnchor: false));
        Assert.Null(_vote.FirstMissing(liar.Hash));
        Assert.Equal(1ul, _vote.Best!.Number);
    }

    [Fact]
    public void Learn_SameHeadTwiceAndOlderOnesAgain_ChangesNothing()
    {
        _vote.Learn(Head(1), isAnchor: true);
        _vote.Learn(Head(2), isAnchor: false);
        _vote.Learn(Head(2), isAnchor: false);
        _vote.Learn(Head(1), isAnchor: true);
        Assert.Equal(2ul, _vote.Best!.Number);
    }

    [Fact]
    public void Learn_TwoHashesOfOneHeight_TheOneInUseIsBest()
    {
        _vote.Learn(Head(1), isAnchor: true);
        BlockHeader mine = Head(2), other = Head(2, Head(1).Hash, salt: 9);
        _vote.Learn(other, isAnchor: false);
        Assert.Equal(other.Hash, _vote.Best!.Hash);

        _vote.Learn(mine, isAnchor: true);

        Assert.Equal(mine.Hash, _vote.Best!.Hash);
        _vote.Learn(other, isAnchor: false);
        Assert.Equal(mine.Hash, _vote.Best!.Hash);
    }

    [Fact]
    public void Learn_TenThousandHeads_RemembersABoundedNumber()
    {
        for (int i = 1; i <= 10_000; i++)
            _vote.Learn(Head(i), isAnchor: i == 1);

        Assert.Equal(10_000ul, _vote.Best!.Number);
        Assert.Equal(Head(9_000).Hash, _vote.FirstMissing(Head(9_000).Hash));
    }

    private static BlockHeader Head(int number, Hash32? parent = null, int salt = 0) => new()
    {
        Number = (ulong)number,
        Hash = Hash32.Parse(ScriptedChain.HashOf(number, salt)),
        ParentHash = parent ?? Hash32.Parse(ScriptedChain.HashOf(number - 1)),
        TimestampSeconds = number,
        BaseFeePerGasWei = 1,
        GasUsed = 0,
        GasLimit = 1,
    };
}
