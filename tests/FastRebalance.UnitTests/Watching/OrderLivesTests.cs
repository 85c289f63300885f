using FastRebalance.Core.Assets;
using FastRebalance.Core.Results;
using FastRebalance.Execution;
using FastRebalance.Watching;

namespace FastRebalance.UnitTests.Watching;

public sealed class OrderLivesTests
{
    [Fact]
    public void Look_StatusesAsTheyCome_KeepsWhenEachWasSeen()
    {
        List<string> told = [];
        OrderLives lives = new();
        void Look(OrderOutcome outcome, long at) => told.AddRange(lives.Look([("0xa", outcome)], at).Select(static life => life.Outcome.Status.ToString()));
        OrderOutcome submitted = Outcome(1, SubmitStatus.Submitted);

        Look(Outcome(1), 100);
        Look(submitted, 200);
        Look(submitted, 300);
        Look(Outcome(1, SubmitStatus.Submitted, SubmitStatus.Included, SubmitStatus.Final), 400);

        OrderLife life = Assert.Single(lives.All());
        Assert.Equal(100, life.FirstUnixMs);
        Assert.Equal([("submitted", 200L), ("included", 400L), ("final", 400L)], life.Steps.Select(static step => (step.State, step.UnixMs)));
        Assert.False(life.IsOpen);
        Assert.Equal(["None", "Submitted", "Final"], told);
    }

    [Fact]
    public void Look_MoreEndedThanAreKept_ForgetsTheOldestForGoodAndNoOpenOne()
    {
        OrderLives lives = new();
        List<(string, OrderOutcome)> all = [("0xa", Outcome(1, SubmitStatus.Submitted))];
        for (ulong order = 2; order <= 3 * OrderLives.KeptEnded; order++)
            all.Add(("0xa", Outcome(order, SubmitStatus.Submitted, SubmitStatus.Final)));

        lives.Look(all, 1);
        lives.Look(all, 2);

        Assert.Equal(1 + OrderLives.KeptEnded, lives.All().Count);
        Assert.Equal(1UL, lives.All()[0].Outcome.OrderId);
        Assert.Equal(3UL * OrderLives.KeptEnded, lives.All()[^1].Outcome.OrderId);
    }

    private static OrderOutcome Outcome(ulong order, params SubmitStatus[] history) => new()
    {
        OrderId = order, Status = history.LastOrDefault(), History = history, TransactionHash = Hash32.Zero, Nonce = null, Attempts = 0, IncludedBlock = 0,
        GasUsed = 0, EffectiveGasPriceWei = 0, DeadlineUnixSeconds = 0, Legs = [], DueToSignedNs = 0, DueToSentNs = 0, SentToIncludedNs = 0, Reason = "",
    };
}
