using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Core.Results;
using FastRebalance.Engine;
using FastRebalance.Journal;
using FastRebalance.Replaying;
using FastRebalance.Reports;
using FastRebalance.Store;
using FastRebalance.Tests;
using Microsoft.Data.Sqlite;

namespace FastRebalance.ReplayTests;

/// <summary>The store and the ledger, from the journals of real runs.</summary>
public sealed class StoreTests(RecordedRun recorded) : IDisposable
{
    private const int CounterDigits = 10;

    private readonly TemporaryFolder _folder = new();

    private string Db => _folder.File("store.db");

    private string AllRuns => Path.GetDirectoryName(recorded.Report.Journal)!;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rebuild_Twice_GivesTheSameRowsAndTheSameFile()
    {
        StoreCounts first = StoreBuilder.Rebuild([AllRuns], Db);
        byte[] bytes = File.ReadAllBytes(Db);
        string rows = Dump(Db);
        StoreCounts second = StoreBuilder.Rebuild([AllRuns], Db);

        Assert.Equal(rows, Dump(Db));
        Assert.Equal(bytes, File.ReadAllBytes(Db));
        Assert.Equal(first with { Notes = [] }, second with { Notes = [] });
        Assert.Empty(first.Notes);
        Assert.Equal([Db], Directory.GetFiles(_folder.Path)); // nothing half-made is left beside it
    }

    [Fact]
    public void Rebuild_SeveralRuns_HoldsEveryPassAndOrderOfEach()
    {
        StoreCounts counts = StoreBuilder.Rebuild([AllRuns], Db);
        RunReport[] reports = [recorded.Report, recorded.StagedReport, recorded.ReloadedReport, recorded.PlannedReport, .. recorded.TickedReport is { } ticked ? [ticked] : Array.Empty<RunReport>()];

        Assert.Equal(reports.Length, counts.Runs);
        foreach (RunReport report in reports)
        {
            string run = $"(SELECT run FROM runs WHERE folder = '{report.Journal}')";
            Assert.Equal(report.Decisions, Number($"SELECT sum(passes) FROM decisions WHERE run = {run}"));
            Assert.Equal(report.Decisions, Number($"SELECT passes FROM runs WHERE run = {run}"));
            // A report also tells of orders that an earlier run had left behind; an order's id begins with its own run's number.
            string epoch = Number($"SELECT epoch FROM runs WHERE run = {run}").ToString("x", CultureInfo.InvariantCulture);
            TransactionReport[] own = [.. report.Transactions.Where(sent => sent.Order[..^CounterDigits] == epoch)];
            int unsent = report.Unsent.Count(order => order.Order[..^CounterDigits] == epoch);
            Assert.Equal(own.Length + unsent, Number($"SELECT count(*) FROM orders WHERE run = {run}"));
            Assert.True(own.Length > 0 || report == recorded.TickedReport);
            foreach (TransactionReport sent in own)
                AssertStored(run, sent);
            foreach ((string verdict, long passes) in report.Verdicts)
                Assert.Equal(passes, Number($"SELECT sum(passes) FROM decisions WHERE run = {run} AND verdict = '{verdict}'"));
            Assert.Equal(report.Refusals.Values.Sum(), Number($"SELECT coalesce(sum(passes), 0) FROM refusals WHERE run = {run} AND source = 'risk'"));
        }
        Assert.True(counts.Fills > 0);
    }

    [Fact]
    public void Rebuild_TornTail_KeepsAllBeforeItAndSaysSo()
    {
        using JournalForgery whole = new(recorded.Report.Journal), torn = new(recorded.Report.Journal);
        CutLast(torn.Path, JournalStreams.Inbound, 1_000);

        StoreBuilder.Rebuild([whole.Path], Db);
        (long all, double drift) = (Number("SELECT count(*) FROM decisions"), Number("SELECT count(*) FROM order_reports"));
        StoreCounts counts = StoreBuilder.Rebuild([torn.Path], Db);

        Assert.Contains("torn off", Assert.Single(counts.Notes));
        Assert.InRange(counts.Decisions, 1, all - 1);
        Assert.True(Number("SELECT count(*) FROM order_reports") <= drift);
        Assert.Equal(1, Number("SELECT torn FROM runs"));
    }

    [Fact]
    public void Rebuild_RunThatCrashedBeforeItBegan_IsNotedAndTheOthersAreRead()
    {
        string runs = _folder.File("journal");
        CopyRun(recorded.Report.Journal, Path.Combine(runs, "run-000001"));
        Directory.CreateDirectory(Path.Combine(runs, "run-000002"));
        CopyRun(recorded.Report.Journal, Path.Combine(runs, "run-000003"));
        foreach (string file in Directory.GetFiles(Path.Combine(runs, "run-000003")))
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..SegmentFormat.HeaderBytes]);

        StoreCounts counts = StoreBuilder.Rebuild([runs], Db);

        Assert.Equal(3, counts.Runs);
        Assert.Equal(recorded.Report.Decisions, counts.Passes);
        Assert.Equal(2, counts.Notes.Count);
        Assert.All(counts.Notes, static note => Assert.Contains("crashed before it began", note));
    }

    [Fact]
    public void Rebuild_EventMissing_ReadsUpToTheGapAndNamesIt()
    {
        using JournalForgery forgery = new(recorded.Report.Journal);
        long missing = recorded.Records.Decisions[recorded.Records.Decisions.Count / 2].InputSequence;
        forgery.Rewrite(JournalStreams.Inbound, (kind, sequence, _) => kind != JournalRecordKind.MarketEvent || sequence != missing);

        StoreCounts counts = StoreBuilder.Rebuild([forgery.Path], Db);

        Assert.Contains($"market event {missing} is missing", Assert.Single(counts.Notes));
        Assert.InRange(counts.Passes, 1, recorded.Report.Decisions - 1);
    }

    [Fact]
    public void Rebuild_DamagedJournal_NamesFileAndLeavesTheOldStore()
    {
        StoreBuilder.Rebuild([AllRuns], Db);
        byte[] before = File.ReadAllBytes(Db);
        using JournalForgery forgery = new(recorded.Report.Journal);
        forgery.Damage(JournalStreams.Inbound);

        JournalCorruptException refusal = Assert.Throws<JournalCorruptException>(() => StoreBuilder.Rebuild([AllRuns, forgery.Path], Db));

        Assert.Contains("offset", refusal.Message);
        Assert.Equal(before, File.ReadAllBytes(Db));
        Assert.Equal([Db], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Rebuild_FolderWithoutAJournal_SaysWhatToGive()
    {
        IOException missing = Assert.Throws<IOException>(() => StoreBuilder.Rebuild([_folder.File("nowhere")], Db));
        IOException empty = Assert.Throws<IOException>(() => StoreBuilder.Rebuild([_folder.Path], Db));

        Assert.Contains("engine.journal", missing.Message);
        Assert.Contains("engine.journal", empty.Message);
        Assert.False(File.Exists(Db));
    }

    [Fact]
    public void Rebuild_FileOfAnotherProgram_IsNotWrittenOver()
    {
        const string Text = "the accountant's own numbers, which are longer than the header of a database of SQLite, by some words";
        File.WriteAllText(Db, Text);

        IOException refusal = Assert.Throws<IOException>(() => StoreBuilder.Rebuild([AllRuns], Db));

        Assert.Contains("not a store of ours", refusal.Message);
        Assert.Equal(Text, File.ReadAllText(Db));
    }

    [Fact]
    public void Read_ForeignOrMissingStore_SaysWhatMakesOne()
    {
        File.WriteAllText(_folder.File("text.db"), new string('x', 4096));
        using (SqliteConnection other = new($"Data Source={_folder.File("other.db")};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "CREATE TABLE t (x)";
            command.ExecuteNonQuery();
        }
        foreach (string name in (string[])["text.db", "other.db", "none.db"])
        {
            IOException refusal = Assert.Throws<IOException>(() => LedgerSource.OfStore(_folder.File(name)).Read(Today, null, default));
            Assert.Contains("store rebuild", refusal.Message);
        }
    }

    [Fact]
    public void Ledger_OfStoreAndOfJournals_IsTheSame()
    {
        StoreBuilder.Rebuild([AllRuns], Db);

        DailyLedger stored = LedgerSource.OfStore(Db).Read(Today, null, default);
        DailyLedger read = LedgerSource.OfJournals([AllRuns]).Read(Today, null, default);

        Assert.Equal(Json(stored with { Sources = [] }), Json(read with { Sources = [] }));
        Assert.True(stored.OrdersFilled > 0);
        Assert.Equal(recorded.Setup.Numeraire, stored.Numeraire);
    }

    [Fact]
    public void Ledger_RealisedSlippageAndGas_AreTheEnginesOwnBooks()
    {
        TradeLedger books = BooksOf(recorded.Report.Journal);

        DailyLedger ledger = LedgerSource.OfJournals([recorded.Report.Journal]).Read(Today, null, default);

        Assert.Equal(books.SlippageNumeraire, ledger.RealisedSlippageNumeraire, 1e-6);
        Assert.Equal(books.GasNumeraire, ledger.GasNumeraire, 1e-6);
        Assert.Equal(books.Trades, ledger.Orders.SelectMany(static order => order.Legs).Count(static leg => leg.Spent is not null));
        Assert.Equal(ledger.CostBps / ledger.DriftRemovedBps, ledger.CostBpsPerBpOfTrackingError!.Value, 1e-12);
        Assert.All(ledger.Orders, order => Assert.Equal(order.RealisedSlippageNumeraire + order.GasNumeraire, order.CostNumeraire, 1e-9));
    }

    [Fact]
    public void Ledger_Slippage_IsExpectedAndMarketMoveAndMevLoss()
    {
        DailyLedger ledger = LedgerSource.OfJournals([AllRuns]).Read(Today, null, default);
        LedgerOrder[] known = [.. ledger.Orders.Where(static order => order.MevLossNumeraire is not null)];

        Assert.NotEmpty(known);
        Assert.All(known, static order => Assert.Equal(
            order.RealisedSlippageNumeraire, order.ExpectedSlippageNumeraire + order.MarketMoveNumeraire!.Value + order.MevLossNumeraire!.Value, 1e-6));
    }

    [Fact]
    public void Ledger_FillThatBroughtLess_IsLossInsideTheBlockAndNothingElse()
    {
        string before = recorded.Report.Journal;
        using JournalForgery forgery = new(before);
        UInt256 stolen = UInt256.Zero;
        ulong victim = 0;
        forgery.Rewrite(JournalStreams.Inbound, (kind, _, payload) =>
        {
            if (kind != JournalRecordKind.MarketEvent)
                return true;
            ref MarketEvent e = ref MemoryMarshal.AsRef<MarketEvent>(payload);
            if (e.Kind == MarketEventKind.LegFill && victim == 0 && !e.Fill.Received.IsZero)
            {
                victim = e.Fill.OrderId;
                stolen = e.Fill.Received / 100;
                e.Fill.Received -= stolen;
            }
            return true;
        });

        LedgerOrder honest = OrderOf(before, victim), robbed = OrderOf(forgery.Path, victim);
        double loss = robbed.RealisedSlippageNumeraire - honest.RealisedSlippageNumeraire;

        Assert.True(loss > 0);
        Assert.Equal(honest.MarketMoveNumeraire, robbed.MarketMoveNumeraire);
        Assert.Equal(honest.ExpectedSlippageNumeraire, robbed.ExpectedSlippageNumeraire);
        Assert.Equal(loss, robbed.MevLossNumeraire!.Value - honest.MevLossNumeraire!.Value, 1e-6);
    }

    [Fact]
    public void Ledger_DayWithoutOrders_IsEmptyAndNamesTheDaysThereAre()
    {
        DailyLedger ledger = LedgerSource.OfJournals([AllRuns]).Read(Today.AddDays(-400), null, default);

        Assert.Empty(ledger.Orders);
        Assert.Equal("0", ledger.GasWei);
        Assert.Null(ledger.CostBpsPerBpOfTrackingError);
        Assert.Equal(Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ledger.LastDay);
    }

    [Fact]
    public void Ledger_UnknownAccount_NamesThoseThereAre()
    {
        ConfigException refusal = Assert.Throws<ConfigException>(() => LedgerSource.OfJournals([AllRuns]).Read(Today, "0x01", default));

        Assert.Contains(recorded.Setup.Account, refusal.Message);
    }

    [Fact]
    public void Texts_OfALedger_HoldEveryOrder()
    {
        DailyLedger ledger = LedgerSource.OfJournals([AllRuns]).Read(Today, null, default);

        string[] lines = LedgerText.Csv(ledger).TrimEnd().Split('\n');
        string page = LedgerText.Html(ledger);

        Assert.Equal(1 + ledger.Orders.Count, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Split(',').Length, line.Split(',').Length));
        Assert.All(ledger.Orders, order => Assert.Contains(order.Order, page));
        Assert.All(LedgerText.Definitions, line => Assert.Contains(line.Figure, page));
        System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("http://", page);
        Assert.DoesNotContain("https://", page);
    }

    [Fact]
    public void RunHtml_LiveRun_IsOnePageWithItsOrders()
    {
        string page = RunHtml.Write(recorded.Report with { Desks = [recorded.StagedReport] });

        System.Xml.Linq.XDocument.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.All(recorded.Report.Transactions, sent => Assert.Contains(sent.Hash, page));
        Assert.Equal(2, page.Split("polyline").Length - 1); // each desk's drift
        Assert.DoesNotContain("://", page);
    }

    /// <summary>The day of the run's last event: the chain's clock is the machine's.</summary>
    private DateOnly Today => DateOnly.FromDateTime(DateTime.UnixEpoch.AddTicks(recorded.Records.LastHead.UnixNs / TimeSpan.NanosecondsPerTick));

    private LedgerOrder OrderOf(string journal, ulong order) =>
        LedgerSource.OfJournals([journal]).Read(Today, null, default).Orders.Single(one => one.Order == $"{order:x}");

    private void AssertStored(string run, TransactionReport sent)
    {
        string order = $"run = {run} AND order_id = '{sent.Order}'";
        Assert.Equal(sent.Hash, Text($"SELECT transaction_hash FROM orders WHERE {order}"));
        Assert.Equal(sent.Status, Text($"SELECT status FROM orders WHERE {order}"));
        Assert.Equal((long)sent.GasUsed, Number($"SELECT gas_used FROM orders WHERE {order}"));
        Assert.Equal(
            ((UInt256)((UInt128)sent.GasUsed * sent.EffectiveGasPriceWei)).ToString(), Text($"SELECT gas_wei FROM orders WHERE {order}"));
        for (int i = 0; i < sent.Legs.Count; i++)
        {
            LegReport leg = sent.Legs[i];
            Assert.Equal(
                $"{leg.Sell} {leg.Buy} {string.Join(' ', leg.Path)}", Text($"SELECT sell || ' ' || buy || ' ' || path FROM legs WHERE {order} AND leg = {i}"));
            // The store has what was decided; a report can have what was signed beforehand, which is never more.
            UInt256 decided = UInt256.Parse(Text($"SELECT amount_in FROM legs WHERE {order} AND leg = {i}")!);
            Assert.True(!UInt256.Parse(leg.AmountIn).IsZero && UInt256.Parse(leg.AmountIn) <= decided, $"{leg}");
            Assert.True(UInt256.Parse(leg.SpentIn) <= decided, $"{leg}");
            if (leg.ReceivedOut != "0")
                Assert.Equal($"{leg.SpentIn} {leg.ReceivedOut}", Text($"SELECT spent || ' ' || received FROM fills WHERE {order} AND leg = {i}"));
        }
    }

    /// <summary>What the engine itself counts, from the same journal.</summary>
    private static TradeLedger BooksOf(string journal)
    {
        JournalWalk walk = JournalWalk.Open(journal);
        MarketState market = new(walk.Setup.ToEngineSetup());
        void Apply(MarketEvent e, long sequence) => market.Apply(in e);
        while (walk.TryReadOrder(out OrderEvent decision))
        {
            Assert.True(walk.TryApplyThrough(decision.InputSequence, Apply));
            if (decision.Kind != OrderEventKind.Decision || decision.LegCount == 0)
                continue;
            OrderLeg[] legs = new OrderLeg[decision.LegCount];
            for (int i = 0; i < legs.Length; i++)
            {
                Assert.True(walk.TryReadOrder(out OrderEvent leg));
                legs[i] = leg.Leg;
            }
            market.OpenOrder(legs, decision.Decision.Tier);
        }
        walk.TryApplyThrough(long.MaxValue, Apply);
        return market.Ledger;
    }

    private static void CutLast(string folder, string stream, int bytes)
    {
        string file = SegmentFormat.PathOf(folder, stream, SegmentFormat.Numbers(folder, stream)[^1]);
        byte[] all = File.ReadAllBytes(file);
        File.WriteAllBytes(file, all[..^bytes]);
    }

    private static void CopyRun(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static string Json(DailyLedger ledger) => JsonSerializer.Serialize(ledger, LedgerJson.Default.DailyLedger);

    private long Number(string sql) => Convert.ToInt64(Text(sql), CultureInfo.InvariantCulture);

    private string? Text(string sql) => Rows(Db, sql).SingleOrDefault();

    private static string Dump(string db)
    {
        string[] tables = [.. Rows(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")];
        Assert.True(tables.Length > 8);
        return string.Join('\n', tables.SelectMany(table => Rows(db, $"SELECT * FROM {table}").Prepend(table)));
    }

    private static List<string> Rows(string db, string sql)
    {
        using SqliteConnection connection = new($"Data Source={db};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
