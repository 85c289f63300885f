using FastRebalance.Execution.Nonces;

namespace FastRebalance.UnitTests.Execution;

public sealed class NonceBookTests
{
    private static NonceBook Opened(ulong at)
    {
        NonceBook book = new();
        book.Open(at);
        return book;
    }

    [Fact]
    public void Take_NeverOpened_Throws() => Assert.Throws<InvalidOperationException>(() => new NonceBook().Take(1));

    [Fact]
    public void Take_OneAfterAnother_CountsWithoutGaps()
    {
        NonceBook book = Opened(5);

        Assert.Equal([5UL, 6UL, 7UL], [book.Take(1), book.Take(2), book.Take(3)]);
        Assert.Equal(8UL, book.Next);
    }

    [Fact]
    public void GiveBack_TheNewest_IsTakenNext()
    {
        NonceBook book = Opened(5);
        book.GiveBack(book.Take(1), 1);

        Assert.Equal(5UL, book.Take(2));
    }

    [Fact]
    public void GiveBack_NotTheNewestOrNotTheOwner_Throws()
    {
        NonceBook book = Opened(5);
        book.Take(1);
        book.Take(2);

        Assert.Throws<InvalidOperationException>(() => book.GiveBack(5, 1));
        Assert.Throws<InvalidOperationException>(() => book.GiveBack(6, 1));
        book.GiveBack(6, 2);
        Assert.Throws<InvalidOperationException>(() => book.GiveBack(6, 2));
    }

    [Theory]
    [InlineData(5, NonceVerdict.Agrees)]
    [InlineData(6, NonceVerdict.Foreign)]
    [InlineData(4, NonceVerdict.Behind)]
    public void Compare_ChainAgainstBook(ulong chain, NonceVerdict verdict) => Assert.Equal(verdict, Opened(5).Compare(chain));
}
