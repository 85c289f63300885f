using System.Globalization;
using System.Numerics;
using FastRebalance.Configuration;
using Microsoft.Data.Sqlite;

namespace FastRebalance.Store;

/// <summary>Asks a store for one day.</summary>
internal sealed class LedgerQuery(SqliteConnection connection, DateOnly date, string? account)
{
    private const string OfAccount = "run IN (SELECT run FROM runs WHERE account IS NOT NULL AND ($account IS NULL OR lower(account) = lower($account)))";

    private readonly string _day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public DailyLedger Read()
    {
        (List<string> accounts, string numeraire) = Accounts();
        List<LedgerOrder> orders = Orders();
        double cost = orders.Sum(static order => order.CostNumeraire), costBps = orders.Sum(static order => order.CostBps);
        double removed = orders.Sum(static order => order.DriftRemovedBps ?? 0);
        double expected = orders.Sum(static order => order.ExpectedSlippageNumeraire), realised = orders.Sum(static order => order.RealisedSlippageNumeraire);
        return new DailyLedger
        {
            Day = _day,
            Numeraire = numeraire,
            Accounts = accounts,
            Sources = [],
            Notes = [],
            FirstDay = Text($"SELECT min(day) FROM decisions WHERE {OfAccount}"),
            LastDay = Text($"SELECT max(day) FROM decisions WHERE {OfAccount}"),
            Passes = long.Parse(Text($"SELECT coalesce(sum(passes), 0) FROM decisions WHERE day = $day AND {OfAccount}")!, CultureInfo.InvariantCulture),
            OrdersPlaced = orders.Count,
            OrdersFilled = orders.Count(IsFilled),
            Refusals = Refusals(),
            TurnoverNumeraire = orders.Sum(static order => order.TurnoverNumeraire),
            ExpectedSlippageNumeraire = expected,
            RealisedSlippageNumeraire = realised,
            UnexpectedSlippageNumeraire = realised - expected,
            MarketMoveNumeraire = orders.Sum(static order => order.MarketMoveNumeraire ?? 0),
            MevLossNumeraire = orders.Sum(static order => order.MevLossNumeraire ?? 0),
            OrdersWithoutMevLoss = orders.Count(static order => IsFilled(order) && order.MevLossNumeraire is null),
            GasWei = orders.Aggregate(BigInteger.Zero, static (sum, order) => sum + BigInteger.Parse(order.GasWei, CultureInfo.InvariantCulture))
                .ToString(CultureInfo.InvariantCulture),
            GasNumeraire = orders.Sum(static order => order.GasNumeraire),
            CostNumeraire = cost,
            CostBps = costBps,
            DriftRemovedBps = removed,
            CostBpsPerBpOfTrackingError = Ratio(costBps, removed),
            Orders = orders,
        };
    }

    private static bool IsFilled(LedgerOrder order) => order.Legs.Any(static leg => leg.Spent is not null);

    private static double? Ratio(double costBps, double? removedBps) => removedBps > 0 ? costBps / removedBps : null;

    private (List<string> Accounts, string Numeraire) Accounts()
    {
        List<string> accounts = [], numeraires = [];
        using SqliteDataReader rows = Ask($"SELECT DISTINCT account, numeraire FROM runs WHERE {OfAccount} ORDER BY account, numeraire");
        while (rows.Read())
        {
            accounts.Add(rows.GetString(0));
            numeraires.Add(rows.GetString(1));
        }
        accounts = [.. accounts.Distinct()];
        numeraires = [.. numeraires.Distinct()];
        if (account is not null && accounts.Count == 0)
            throw new ConfigException([new ConfigProblem("--account", account, $"an account of the store: {string.Join(", ", AllAccounts())}")]);
        if (numeraires.Count > 1)
            throw new ConfigException([new ConfigProblem(
                "--account", accounts.Count > 1 ? "none" : accounts[0],
                accounts.Count > 1
                    ? $"one of {string.Join(", ", accounts)}: they reckon in {string.Join(" and ", numeraires)}, which do not add up"
                    : $"journals that reckon in one numeraire: these reckon in {string.Join(" and ", numeraires)}, so give one run's folder as --journal")]);
        return (accounts, numeraires.FirstOrDefault() ?? "");
    }

    private List<string> AllAccounts()
    {
        List<string> all = [];
        using SqliteDataReader rows = Ask("SELECT DISTINCT account FROM runs WHERE account IS NOT NULL ORDER BY account");
        while (rows.Read())
            all.Add(rows.GetString(0));
        return all;
    }

    private Dictionary<string, long> Refusals()
    {
        Dictionary<string, long> refusals = new(StringComparer.Ordinal);
        using SqliteDataReader rows = Ask(
            $"SELECT CASE source WHEN 'route' THEN 'noRoute: ' || reason ELSE reason END AS why, sum(passes) FROM refusals WHERE day = $day AND {OfAccount} GROUP BY why ORDER BY why");
        while (rows.Read())
            refusals.Add(rows.GetString(0), rows.GetInt64(1));
        return refusals;
    }

    private List<LedgerOrder> Orders()
    {
        ILookup<(long, string), LedgerLeg> legs = Legs();
        List<LedgerOrder> orders = [];
        using SqliteDataReader row = Ask($"""
            SELECT orders.run, order_id, account, unix_ns, tier, trigger_place, status, transaction_hash, included_block, value_numeraire, turnover_numeraire,
                expected_slippage_numeraire, realised_slippage_numeraire, market_move_numeraire, mev_loss_numeraire, gas_used, gas_wei, gas_numeraire,
                cost_bps, drift_before_bps, drift_after_bps, drift_removed_bps
            FROM orders JOIN runs ON runs.run = orders.run
            WHERE day = $day AND orders.{OfAccount} ORDER BY unix_ns, orders.run, decision
            """);
        while (row.Read())
            orders.Add(new LedgerOrder
            {
                Order = row.GetString(1),
                Account = row.GetString(2),
                Time = DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(3) / TimeSpan.NanosecondsPerTick),
                Tier = row.GetString(4),
                Trigger = row.GetInt32(5),
                Status = row.GetString(6),
                TransactionHash = row.IsDBNull(7) ? null : row.GetString(7),
                Block = row.IsDBNull(8) ? null : (ulong)row.GetInt64(8),
                Legs = [.. legs[(row.GetInt64(0), row.GetString(1))]],
                ValueNumeraire = row.GetDouble(9),
                TurnoverNumeraire = row.GetDouble(10),
                ExpectedSlippageNumeraire = row.GetDouble(11),
                RealisedSlippageNumeraire = row.GetDouble(12),
                MarketMoveNumeraire = Known(row, 13),
                MevLossNumeraire = Known(row, 14),
                GasUsed = (ulong)row.GetInt64(15),
                GasWei = row.GetString(16),
                GasNumeraire = row.GetDouble(17),
                CostNumeraire = row.GetDouble(12) + row.GetDouble(17),
                CostBps = row.GetDouble(18),
                DriftBeforeBps = row.GetDouble(19),
                DriftAfterBps = Known(row, 20),
                DriftRemovedBps = Known(row, 21),
                CostBpsPerBpOfTrackingError = Ratio(row.GetDouble(18), Known(row, 21)),
            });
        return orders;
    }

    private ILookup<(long Run, string Order), LedgerLeg> Legs()
    {
        List<(long Run, string Order, LedgerLeg Leg)> legs = [];
        using SqliteDataReader row = Ask("""
            SELECT legs.run, legs.order_id, sell, buy, amount_in, expected_out, spent, received
            FROM orders JOIN legs ON legs.run = orders.run AND legs.order_id = orders.order_id
            LEFT JOIN fills ON fills.run = legs.run AND fills.order_id = legs.order_id AND fills.leg = legs.leg
            WHERE orders.day = $day ORDER BY legs.run, legs.order_id, legs.leg
            """);
        while (row.Read())
            legs.Add((row.GetInt64(0), row.GetString(1), new LedgerLeg(
                row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6),
                row.IsDBNull(7) ? null : row.GetString(7))));
        return legs.ToLookup(static leg => (leg.Run, leg.Order), static leg => leg.Leg);
    }

    private static double? Known(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    private string? Text(string sql)
    {
        using SqliteDataReader rows = Ask(sql);
        return rows.Read() && !rows.IsDBNull(0) ? Convert.ToString(rows.GetValue(0), CultureInfo.InvariantCulture) : null;
    }

    private SqliteDataReader Ask(string sql)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        if (sql.Contains("$day", StringComparison.Ordinal))
            command.Parameters.AddWithValue("$day", _day);
        if (sql.Contains("$account", StringComparison.Ordinal))
            command.Parameters.AddWithValue("$account", (object?)account ?? DBNull.Value);
        return command.ExecuteReader();
    }
}
