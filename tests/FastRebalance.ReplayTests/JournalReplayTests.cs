using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Journal;
using FastRebalance.Replaying;
using FastRebalance.Reports;
using FastRebalance.Tests;

namespace FastRebalance.ReplayTests;

public sealed class JournalReplayTests(RecordedRun recorded)
{
    [Fact]
    public void Run_LiveRunsJournal_IsIdenticalEachTime()
    {
        ReplayResult first = Replay(recorded.Report.Journal);
        ReplayResult second = Replay(recorded.Report.Journal);

        Assert.Null(first.FirstDifference);
        Assert.Equal(first, second);
        Assert.Equal(recorded.Report.Decisions, first.Decisions);
        Assert.True(first.Decisions > 10, $"only {first.Decisions} decisions were recorded");
        Assert.Contains(recorded.Records.Decisions, decision => decision.Decision.Verdict == DecisionVerdict.Order);
        Assert.False(first.Torn);
    }

    [Fact]
    public void Run_JournalOfAStagedRun_IsIdenticalOnOneThread()
    {
        RunReport staged = recorded.StagedReport;
        Assert.Null(staged.Fault);
        Assert.Equal("staged", staged.Topology);
        Assert.True(staged.Decisions > 5, $"only {staged.Decisions} decisions were made");

        ConfigFile config = ConfigReader.Read(ConfigEdits.Write(recorded.ConfigPath, "staged-band.json", root => root.SetBand(10)));
        ReplayResult replay = JournalReplay.Run(config, staged.Journal);

        Assert.Null(replay.FirstDifference);
        Assert.Equal(staged.Decisions, replay.Decisions);
    }

    // Decided on threads of their own and by three configurations, decided again on one thread by those in the journal's folder.
    [Fact]
    public void Run_JournalOfARunThatTookUpOtherConfigurations_IsIdentical()
    {
        RunReport reloaded = recorded.ReloadedReport;
        Assert.Null(reloaded.Fault);
        Assert.Equal(["taken", "taken"], reloaded.Reloads.Select(static reload => reload.Outcome));
        Assert.Equal((2u, 0.0), (reloaded.Generation, reloaded.AllocatedBytesPerDecision));
        RunRecords records = RunRecords.Read(reloaded.Journal);
        long[] changes = [.. records.Inbound.Index().Where(static e => e.Item.Kind == MarketEventKind.Configuration).Select(static e => (long)e.Index)];
        Assert.Equal(reloaded.Reloads.Select(static reload => reload.Event!.Value), changes);
        OrderEvent[] orders = [.. records.Decisions.Where(static d => d.Decision.Verdict == DecisionVerdict.Order)];
        Assert.Contains(orders, order => order.InputSequence >= changes[1]); // other weights are far off

        ReplayResult replay = JournalReplay.Run(ConfigReader.Read(recorded.ConfigPath), reloaded.Journal);

        Assert.Null(replay.FirstDifference);
        Assert.Equal((reloaded.Decisions, 2), (replay.Decisions, replay.ConfigurationChanges));
    }

    [Fact]
    public void Run_ConfigurationOfTheJournalMissingOrAltered_NamesTheFile()
    {
        using JournalForgery forgery = new(recorded.ReloadedReport.Journal);
        string path = Path.Combine(forgery.Path, "configuration-000001.json"), text = File.ReadAllText(path);
        File.WriteAllText(path, text + " ");
        Assert.Contains($"{path} is not what the run went by", Assert.Throws<IOException>(() => Replay(forgery.Path)).Message);
        File.Delete(path);
        Assert.Contains($"{path} is missing", Assert.Throws<IOException>(() => Replay(forgery.Path)).Message);
        File.WriteAllText(path, text);
        Assert.Null(Replay(forgery.Path).FirstDifference);

        File.Delete(Path.Combine(forgery.Path, "configuration-000000.json"));
        Assert.Contains("configuration-000000.json is missing", Assert.Throws<IOException>(() => Replay(forgery.Path)).Message);
    }

    // The plans stand in the journal as events: the replay needs no planner, and makes none.
    [Fact]
    public void Run_JournalOfAPlannedRun_IsIdentical()
    {
        RunReport planned = recorded.PlannedReport;
        Assert.Null(planned.Fault);
        RunRecords records = RunRecords.Read(planned.Journal);
        Assert.True(records.ClosedCleanly);
        Assert.Contains(records.Inbound, e => e.Kind == MarketEventKind.PlanReady && (e.PlanReady.Parts & PlanParts.Targets) != 0);
        Assert.Contains(records.Decisions, d => d.Decision.Verdict == DecisionVerdict.NotReady);
        Assert.Contains(records.Decisions, d => d.Decision.Verdict == DecisionVerdict.Order);

        ReplayResult replay = JournalReplay.Run(ConfigReader.Read(recorded.PlannedConfigPath), planned.Journal);

        Assert.Null(replay.FirstDifference);
        Assert.Equal(planned.Decisions, replay.Decisions);
    }

    // Prices of an exchange, of another process and of the network come between the blocks, thousands a second: they stand in the journal like any other.
    [Fact]
    public void Run_JournalOfPriceFeeds_IsIdentical()
    {
        if (recorded.TickedReport is not { } ticked)
        {
            Assert.Skip("public data not found: place the shared folder beside the checkout to run this test");
            return;
        }
        Assert.Null(ticked.Fault);
        RunRecords records = RunRecords.Read(ticked.Journal);
        int weth = recorded.Setup.AssetOf("WETH").Value;
        MarketEvent[] prices = [.. records.Inbound.Where(e => e.Kind == MarketEventKind.Price && e.Subject == weth)];
        Assert.True(prices.Length > 1_000, $"only {prices.Length} prices were recorded");
        Assert.All(prices, static e => Assert.Equal(0ul, e.BlockNumber)); // none is the pools' own
        Assert.Equal(0, ticked.AllocatedBytesPerDecision);
        Assert.Equal(["book-ticker", "shared-memory", "udp-multicast"], ticked.Feed.Prices.Select(static feed => feed.Kind));
        Assert.All(ticked.Feed.Prices, static feed => Assert.Equal((0, 0), (feed.Unusable, feed.Losses)));
        Assert.All(ticked.Feed.Prices, feed => Assert.True(feed.Published > 50, $"{feed}"));
        PriceFeedReport feed = ticked.Feed.Prices[0];
        Assert.Equal(prices.Length, feed.Published);
        Assert.Equal(recorded.TickerMessages, feed.Records + feed.PassedOver);

        ReplayResult replay = JournalReplay.Run(ConfigReader.Read(recorded.TickedConfigPath), ticked.Journal);

        Assert.Null(replay.FirstDifference);
        Assert.Equal(ticked.Decisions, replay.Decisions);
        Assert.True(replay.Decisions > 1_000, $"{replay.Decisions} decisions on {prices.Length} prices");
    }

    [Fact]
    public void Run_OtherBandThanTheRuns_TellsTheFirstDifference()
    {
        string wide = ConfigEdits.Write(recorded.ConfigPath, "wide.json", root => root.SetBand(9_000));

        ReplayResult result = JournalReplay.Run(ConfigReader.Read(wide), recorded.Report.Journal);

        // The desk starts off its target: where the run ordered, the wide band sees nothing to do.
        Assert.Contains("recorded Order", result.FirstDifference);
        Assert.Contains("replayed InsideBand", result.FirstDifference);
    }

    [Fact]
    public void Run_RecordedDecisionForged_NamesThatDecision()
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        long decisions = 0, forged = 0;
        int whole = 0;
        forgery.Rewrite(JournalStreams.Orders, (kind, _, payload) =>
        {
            if (kind != JournalRecordKind.Order)
                return true;
            ref OrderEvent order = ref MemoryMarshal.AsRef<OrderEvent>(payload);
            if (order.Kind == OrderEventKind.Decision && whole++ == recorded.Records.Decisions.Count / 2)
            {
                forged = decisions;
                order.Decision.ValueNumeraire = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(order.Decision.ValueNumeraire) ^ 1);
            }
            decisions += order.Kind switch { OrderEventKind.Decision => 1, OrderEventKind.Passes => order.Passes.Count, _ => 0 };
            return true;
        });

        ReplayResult result = Replay(forgery.Path);

        Assert.StartsWith($"decision {forged} at event ", result.FirstDifference);
        Assert.Equal(forged, result.Decisions);
    }

    [Fact]
    public void Run_RecordedPriceForged_TellsTheDecisionMadeOnIt()
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        long forged = SequenceOfPriceBeforeLastDecision();
        forgery.Rewrite(JournalStreams.Inbound, (kind, sequence, payload) =>
        {
            if (kind == JournalRecordKind.MarketEvent && sequence == forged)
                MemoryMarshal.AsRef<MarketEvent>(payload).Price.NumerairePerToken *= 1.001;
            return true;
        });

        ReplayResult result = Replay(forgery.Path);

        Assert.NotNull(result.FirstDifference);
        Assert.True(result.Decisions > 0);
    }

    [Fact]
    public void Run_MarketEventTakenOut_NamesTheGap()
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        long missing = SequenceOfPriceBeforeLastDecision();
        forgery.Rewrite(JournalStreams.Inbound, (kind, sequence, _) => kind != JournalRecordKind.MarketEvent || sequence != missing);

        Assert.StartsWith($"market event {missing} is missing", Replay(forgery.Path).FirstDifference);
    }

    [Fact]
    public void Run_DecisionTakenOut_NamesTheGap()
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        long missing = -1;
        forgery.Rewrite(JournalStreams.Orders, (kind, sequence, payload) =>
        {
            if (missing >= 0 || kind != JournalRecordKind.Order || !IsInsideBand(MemoryMarshal.Read<OrderEvent>(payload)))
                return true;
            missing = sequence;
            return false;
        });

        Assert.StartsWith($"order event {missing} is missing", Replay(forgery.Path).FirstDifference);
    }

    [Theory]
    [InlineData(JournalStreams.Inbound)]
    [InlineData(JournalStreams.Orders)]
    public void Run_BitFlippedOnTheDisk_NamesFileAndOffset(string stream)
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        forgery.Damage(stream);

        JournalCorruptException refusal = Assert.Throws<JournalCorruptException>(() => Replay(forgery.Path));

        Assert.Contains(stream, refusal.Message);
    }

    // What the run itself must have been like for its journal to be worth replaying.

    [Fact]
    public void LiveRun_MovingMarket_KeepsItsPromises()
    {
        RunReport report = recorded.Report;

        Assert.Null(report.Fault);
        Assert.Equal(0, report.AllocatedBytesPerDecision);
        Assert.Equal(0, report.Feed.Mismatches);
        Assert.Equal(0, report.RefusedEvents);
        Assert.True(report.Feed.PoolEvents > 0, "the market never moved");
        Assert.True(recorded.Records.ClosedCleanly);
    }

    [Fact]
    public void LiveRun_IncludedOrders_BringAtLeastTheirMinimum()
    {
        TransactionReport[] included = [.. recorded.Report.Transactions.Where(t => t.Status is "included" or "final")];

        Assert.NotEmpty(included);
        Assert.All(included.SelectMany(t => t.Legs), leg =>
        {
            // What is signed beforehand may sell less than decided, never for less: by what it sold.
            BigInteger spent = BigInteger.Parse(leg.SpentIn, CultureInfo.InvariantCulture), decided = BigInteger.Parse(leg.AmountIn, CultureInfo.InvariantCulture);
            BigInteger received = BigInteger.Parse(leg.ReceivedOut, CultureInfo.InvariantCulture), minimum = BigInteger.Parse(leg.MinimumOut, CultureInfo.InvariantCulture);
            Assert.InRange(spent, BigInteger.One, decided);
            Assert.True(minimum > 0 && received * decided >= minimum * spent, $"{leg}");
        });
    }

    [Fact]
    public void LiveRun_LastHoldings_AreTheChainsBalancesAtThatHead()
    {
        for (int i = 0; i < recorded.Setup.Assets.Count; i++)
        {
            MarketEvent last = recorded.Records.Inbound.Last(e => e.Kind == MarketEventKind.Holding && e.Asset.Index == i);
            Assert.Equal(recorded.BalancesAtLastHead[i], last.Holding);
        }
    }

    private static bool IsInsideBand(in OrderEvent order) =>
        order.Kind == OrderEventKind.Decision && order.Decision.Verdict == DecisionVerdict.InsideBand;

    private ReplayResult Replay(string journal) => JournalReplay.Run(ConfigReader.Read(recorded.ConfigPath), journal);

    /// <summary>The journal counts from 0 without a hole, so an event's place is its sequence.</summary>
    private long SequenceOfPriceBeforeLastDecision()
    {
        long at = recorded.Records.Decisions[^1].InputSequence;
        int weth = recorded.Setup.AssetOf("WETH").Value;
        while (recorded.Records.Inbound[(int)at] is var e && (e.Kind != MarketEventKind.Price || e.Subject != weth))
            at--;
        return at;
    }
}
