using FastRebalance.Core.Events;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Watching;

public sealed class EventsAsideTests
{
    private readonly EventsAside _aside = new();

    [Fact]
    public void Put_ManyPricesOfOneAsset_KeepsTheNewestAndEverythingElse()
    {
        Put(MarketEventKind.Price, 1, 10);
        Put(MarketEventKind.Holding, 1, 0);
        Put(MarketEventKind.Price, 2, 20);
        Put(MarketEventKind.Price, 1, 11);

        Assert.True(_aside.TryHandOver());
        Assert.Equal(
            [(MarketEventKind.Price, 1, 11d), (MarketEventKind.Holding, 1, 0d), (MarketEventKind.Price, 2, 20d)],
            _aside.Given.Select(static e => (e.Kind, (int)e.Subject, e.Kind == MarketEventKind.Price ? e.Price.NumerairePerToken : 0)));
    }

    [Fact]
    public void Put_APriceBehindAHead_IsNotFoldedIntoOneBeforeIt()
    {
        Put(MarketEventKind.Price, 1, 10);
        Put(MarketEventKind.Head, 0, 0);
        Put(MarketEventKind.Price, 1, 11);

        Assert.True(_aside.TryHandOver());
        Assert.Equal(3, _aside.Given.Count);
    }

    [Fact]
    public void TryHandOver_WhileTheOtherIsBusy_KeepsAllForTheNext()
    {
        Put(MarketEventKind.Timer, 0, 0);
        Assert.True(_aside.TryHandOver());
        Put(MarketEventKind.Timer, 0, 0);
        Put(MarketEventKind.Timer, 0, 0);
        Assert.False(_aside.TryHandOver());
        Assert.Single(_aside.Given);

        _aside.Done();

        Assert.True(_aside.TryHandOver());
        Assert.Equal(2, _aside.Given.Count);
    }

    [Fact]
    public void TryHandOver_Nothing_False() => Assert.False(_aside.TryHandOver());

    private void Put(MarketEventKind kind, ushort subject, double price)
    {
        MarketEvent e = new() { Kind = kind, Subject = subject };
        if (kind == MarketEventKind.Price)
            e.Price.NumerairePerToken = price;
        _aside.Put(in e);
    }
}
