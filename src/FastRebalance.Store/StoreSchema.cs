namespace FastRebalance.Store;

/// <summary>
/// The tables. Amounts in base units, wei, order ids and hashes are text, since no SQL integer holds them; an order id is written as reports write
/// it. Worths are numeraire at the prices of the order's decision. Times are nanoseconds since 1970 of the run's event clock, and each row has its
/// day of UTC beside it.
/// </summary>
internal static class StoreSchema
{
    /// <summary>Marks a file as ours; "FRST".</summary>
    public const int ApplicationId = 0x46525354;

    /// <summary>Grows when a table changes; a store of another version is made anew from the journal.</summary>
    public const int Version = 1;

    public const string Tables = """
        CREATE TABLE runs (
            run INTEGER PRIMARY KEY,
            folder TEXT NOT NULL,              -- the run's own journal
            epoch INTEGER,                     -- its number; order ids carry it. All of these are null where it crashed before it began
            chain_id INTEGER,
            account TEXT,
            numeraire TEXT,
            native TEXT,
            events INTEGER NOT NULL,
            passes INTEGER NOT NULL,
            first_unix_ns INTEGER NOT NULL,
            last_unix_ns INTEGER NOT NULL,
            torn INTEGER NOT NULL,             -- 1: its end was torn off by a crash, or was being written
            gap TEXT                           -- the record that is missing, and behind which nothing was read
        );
        CREATE TABLE assets (
            run INTEGER NOT NULL, asset INTEGER NOT NULL, symbol TEXT NOT NULL, address TEXT NOT NULL, decimals INTEGER NOT NULL,
            PRIMARY KEY (run, asset)
        ) WITHOUT ROWID;
        CREATE TABLE pools (
            run INTEGER NOT NULL, pool INTEGER NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
            PRIMARY KEY (run, pool)
        ) WITHOUT ROWID;
        CREATE TABLE decisions (
            run INTEGER NOT NULL,
            sequence INTEGER NOT NULL,         -- place in the run's order stream
            input_sequence INTEGER NOT NULL,   -- the last event that it has seen
            unix_ns INTEGER NOT NULL,
            day TEXT NOT NULL,
            block INTEGER NOT NULL,
            portfolio INTEGER NOT NULL,
            passes INTEGER NOT NULL,           -- above 1, or without a value: a row of passes that ended like the one before
            verdict TEXT NOT NULL,
            tier TEXT NOT NULL,
            trigger_place INTEGER NOT NULL,    -- in its tier's list, from 1; 0 where none fired
            value_numeraire REAL,
            drift_bps REAL,
            worst_asset TEXT,
            base_fee_wei TEXT,
            order_id TEXT,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE refusals (
            run INTEGER NOT NULL,
            sequence INTEGER NOT NULL,         -- of the decision
            unix_ns INTEGER NOT NULL,
            day TEXT NOT NULL,
            block INTEGER NOT NULL,
            reason TEXT NOT NULL,              -- a risk check's, or a route's where source is 'route'
            source TEXT NOT NULL,              -- 'risk' or 'route'
            asset TEXT,
            tier TEXT NOT NULL,
            trigger_place INTEGER NOT NULL,
            passes INTEGER NOT NULL,
            drift_bps REAL,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE orders (
            run INTEGER NOT NULL,
            order_id TEXT NOT NULL,
            decision INTEGER NOT NULL,
            unix_ns INTEGER NOT NULL,
            day TEXT NOT NULL,
            decided_block INTEGER NOT NULL,
            tier TEXT NOT NULL,
            trigger_place INTEGER NOT NULL,
            status TEXT NOT NULL,
            final INTEGER NOT NULL,
            nonce INTEGER,
            transaction_hash TEXT,
            included_block INTEGER,
            gas_used INTEGER NOT NULL,
            effective_gas_price_wei TEXT NOT NULL,
            gas_wei TEXT NOT NULL,
            value_numeraire REAL NOT NULL,
            turnover_numeraire REAL NOT NULL,
            expected_slippage_numeraire REAL NOT NULL,
            realised_slippage_numeraire REAL NOT NULL,
            market_move_numeraire REAL,        -- null where the journal does not tell
            mev_loss_numeraire REAL,
            gas_numeraire REAL NOT NULL,
            cost_bps REAL NOT NULL,
            drift_before_bps REAL NOT NULL,
            drift_after_bps REAL,
            drift_removed_bps REAL,
            PRIMARY KEY (run, order_id)
        ) WITHOUT ROWID;
        CREATE TABLE legs (
            run INTEGER NOT NULL, order_id TEXT NOT NULL, leg INTEGER NOT NULL,
            sell TEXT NOT NULL, buy TEXT NOT NULL,
            amount_in TEXT NOT NULL, expected_out TEXT NOT NULL, minimum_out TEXT NOT NULL,
            sell_price REAL NOT NULL, buy_price REAL NOT NULL,
            expected_slippage_numeraire REAL NOT NULL,
            path TEXT NOT NULL,                -- pools in order, divided by blanks; empty for a move into a lending market
            PRIMARY KEY (run, order_id, leg)
        ) WITHOUT ROWID;
        CREATE TABLE fills (
            run INTEGER NOT NULL, order_id TEXT NOT NULL, leg INTEGER NOT NULL,
            input_sequence INTEGER NOT NULL, unix_ns INTEGER NOT NULL, day TEXT NOT NULL, block INTEGER NOT NULL,
            spent TEXT NOT NULL, received TEXT NOT NULL,
            slippage_numeraire REAL NOT NULL,
            PRIMARY KEY (run, order_id, leg)
        ) WITHOUT ROWID;
        CREATE TABLE order_reports (
            run INTEGER NOT NULL, input_sequence INTEGER NOT NULL, unix_ns INTEGER NOT NULL, day TEXT NOT NULL,
            order_id TEXT NOT NULL, status TEXT NOT NULL, block INTEGER NOT NULL, nonce INTEGER NOT NULL,
            transaction_hash TEXT, included_block INTEGER,
            gas_used INTEGER NOT NULL, effective_gas_price_wei TEXT NOT NULL, data_fee_wei TEXT NOT NULL,
            PRIMARY KEY (run, input_sequence)
        ) WITHOUT ROWID;
        CREATE TABLE operator_actions (
            run INTEGER NOT NULL, input_sequence INTEGER NOT NULL, unix_ns INTEGER NOT NULL, day TEXT NOT NULL, block INTEGER NOT NULL,
            command TEXT NOT NULL,
            PRIMARY KEY (run, input_sequence)
        ) WITHOUT ROWID;
        CREATE TABLE feed_losses (
            run INTEGER NOT NULL, input_sequence INTEGER NOT NULL, unix_ns INTEGER NOT NULL, day TEXT NOT NULL, block INTEGER NOT NULL,
            PRIMARY KEY (run, input_sequence)
        ) WITHOUT ROWID;
        """;

    /// <summary>Made last: a table is filled faster without.</summary>
    public const string Indexes = """
        CREATE INDEX orders_by_day ON orders (day);
        CREATE INDEX decisions_by_day ON decisions (day);
        CREATE INDEX refusals_by_day ON refusals (day);
        """;
}
