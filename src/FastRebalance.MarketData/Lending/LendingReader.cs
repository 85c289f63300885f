using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;

namespace FastRebalance.MarketData.Lending;

/// <summary>
/// Reads a lending market (Aave V3) whole from the chain, every answer at one block, and feeds it the logs of later ones. For set-up and after
/// <see cref="LendingLogStatus.NeedsReading"/>: it allocates and throws.
/// </summary>
public sealed class LendingReader
{
    private const int ReserveWords = 15;
    private const int ReserveCalls = 8;
    private const int FeedCalls = 3;
    private const int MostCategories = 255;

    private readonly AskMany _ask;
    private readonly Address _addressesProvider;

    /// <param name="node">Any node that still has the block's state.</param>
    /// <param name="addressesProvider">The market's registry, from which all else is found.</param>
    public LendingReader(EthereumNode node, Address addressesProvider) : this(node.CallManyAsync, addressesProvider) { }

    internal LendingReader(AskMany ask, Address addressesProvider)
    {
        _ask = ask;
        _addressesProvider = addressesProvider;
    }

    /// <summary>Outcomes in the order of the calls.</summary>
    internal delegate Task<EthCallOutcome[]> AskMany(IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation);

    /// <summary>The market and these accounts as of the end of a block.</summary>
    /// <param name="accounts">Whose positions are followed.</param>
    /// <param name="block">By number or hash, so that all rounds see the same state.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It is no market of this kind, or has stable debt; the message says which contract answered what.</exception>
    public async Task<LendingMarket> ReadAsync(IReadOnlyList<Address> accounts, BlockRef block, CancellationToken cancellation = default)
    {
        LendingSites sites = await SitesAsync(block, cancellation).ConfigureAwait(false);
        Answers general = await AskAsync([LendingCalls.Of(sites.Pool, LendingCalls.ReservesList), LendingCalls.Of(sites.Pool, LendingCalls.FlashPremiumToProtocol)],
            block, cancellation).ConfigureAwait(false);
        Address[] assets = general.Addresses(0);
        List<LendingReserve> reserves = await ReservesAsync(sites.Pool, assets, block, cancellation).ConfigureAwait(false);

        LendingMarket market = new(sites, reserves) { FlashPremiumToProtocolBps = (uint)general.Words(1, 1)[0].Limb0 };
        List<(int Slot, Address Asset)> feeds = [.. reserves.Select(reserve => (reserve.Id, reserve.Facts.Asset))];
        feeds.AddRange(await ReadCategoriesAsync(market, block, cancellation).ConfigureAwait(false));
        await ReadFeedsAsync(market, feeds, block, cancellation).ConfigureAwait(false);
        foreach (Address account in accounts)
            await ReadAccountAsync(market, account, block, cancellation).ConfigureAwait(false);
        return market;
    }

    /// <summary>Reads one more account into a market that stands at this block.</summary>
    /// <exception cref="InvalidOperationException">A contract answered something else than it should, or the account has stable debt.</exception>
    public async Task ReadAccountAsync(LendingMarket market, Address account, BlockRef block, CancellationToken cancellation = default)
    {
        List<EthCall> calls =
        [
            LendingCalls.Of(market.Sites.Pool, LendingCalls.UserConfiguration, account), LendingCalls.Of(market.Sites.Pool, LendingCalls.UserEMode, account),
        ];
        foreach (ReserveFacts facts in market.Reserves.Select(reserve => reserve.Facts))
            calls.AddRange([
                LendingCalls.Of(facts.AToken, LendingCalls.ScaledBalanceOf, account),
                LendingCalls.Of(facts.VariableDebtToken, LendingCalls.ScaledBalanceOf, account),
                LendingCalls.Of(facts.StableDebtToken, LendingCalls.BalanceOf, account),
            ]);
        Answers answers = await AskAsync(calls, block, cancellation).ConfigureAwait(false);
        UInt128[] supply = new UInt128[AccountConfiguration.MostReserves], debt = new UInt128[AccountConfiguration.MostReserves];
        for (int i = 0; i < market.Reserves.Count; i++)
        {
            int id = market.Reserves[i].Id;
            supply[id] = (UInt128)answers.Number(2 + 3 * i);
            debt[id] = (UInt128)answers.Number(3 + 3 * i);
            if (!answers.Number(4 + 3 * i).IsZero)
                throw new InvalidOperationException($"{account} has stable debt of {market.Reserves[i].Facts.Asset}, which is not followed: swap it to variable");
        }
        market.Follow(account).Reset(new AccountConfiguration(answers.Number(0)), (byte)answers.Number(1).Limb0, supply, debt);
    }

    /// <summary>Takes one log into the market; blocks and logs in their order, none left out. A removed log asks for reading anew.</summary>
    /// <param name="market">Stands right before the log.</param>
    /// <param name="log">Of any contract; those of no concern change nothing.</param>
    /// <param name="blockTime">Of the log's block.</param>
    public static LendingLogStatus Apply(LendingMarket market, LogEntry log, ulong blockTime)
    {
        if (log.Removed)
            return LendingLogStatus.NeedsReading;
        LendingEvent e = default;
        if (market.TryReadLog(log.Address, log.Topics, log.Data, blockTime, ref e))
            return market.Apply(in e);
        return e.Kind == LendingEventKind.Malformed ? LendingLogStatus.Contradicts : LendingLogStatus.Told;
    }

    private async Task<LendingSites> SitesAsync(BlockRef block, CancellationToken cancellation)
    {
        Answers answers = await AskAsync([
            LendingCalls.Of(_addressesProvider, LendingCalls.GetPool), LendingCalls.Of(_addressesProvider, LendingCalls.GetConfigurator),
            LendingCalls.Of(_addressesProvider, LendingCalls.GetOracle),
        ], block, cancellation).ConfigureAwait(false);
        return new LendingSites(_addressesProvider, answers.Address(0), answers.Address(1), answers.Address(2));
    }

    // All reserves in each round: a market has dozens, and every round is a way to the node and back.
    private async Task<List<LendingReserve>> ReservesAsync(Address pool, Address[] assets, BlockRef block, CancellationToken cancellation)
    {
        Answers data = await AskAsync([.. assets.Select(asset => LendingCalls.Of(pool, LendingCalls.ReserveData, asset))], block, cancellation)
            .ConfigureAwait(false);
        List<EthCall> calls = [];
        for (int i = 0; i < assets.Length; i++)
            AddReserveCalls(calls, assets[i], data.Words(i, ReserveWords));
        Answers answers = await AskAsync(calls, block, cancellation).ConfigureAwait(false);
        List<LendingReserve> reserves = [];
        for (int i = 0; i < assets.Length; i++)
            reserves.Add(ToReserve(assets[i], data.Words(i, ReserveWords), answers.From(i * ReserveCalls)));
        return reserves;
    }

    private static void AddReserveCalls(List<EthCall> calls, Address asset, UInt256[] data)
    {
        Address aToken = Answers.ToAddress(in data[8]), stable = Answers.ToAddress(in data[9]), variable = Answers.ToAddress(in data[10]);
        Address strategy = Answers.ToAddress(in data[11]);
        calls.AddRange([
            LendingCalls.Of(aToken, LendingCalls.ScaledTotalSupply), LendingCalls.Of(variable, LendingCalls.ScaledTotalSupply),
            LendingCalls.Of(stable, LendingCalls.TotalSupply), LendingCalls.Of(asset, LendingCalls.BalanceOf, aToken),
            LendingCalls.Of(strategy, LendingCalls.OptimalUsage), LendingCalls.Of(strategy, LendingCalls.BaseRate),
            LendingCalls.Of(strategy, LendingCalls.Slope1), LendingCalls.Of(strategy, LendingCalls.Slope2),
        ]);
    }

    private static LendingReserve ToReserve(Address asset, UInt256[] data, Answers answers)
    {
        Address aToken = Answers.ToAddress(in data[8]), stable = Answers.ToAddress(in data[9]), variable = Answers.ToAddress(in data[10]);
        if (!answers.Number(2).IsZero)
            throw new InvalidOperationException($"the reserve of {asset} has stable debt, which is not followed");
        ReserveState state = new()
        {
            Configuration = new ReserveConfiguration(data[0]),
            LiquidityIndex = (UInt128)data[1],
            BorrowIndex = (UInt128)data[3],
            Rates = new ReserveRates((UInt128)data[2], (UInt128)data[4]),
            LastUpdate = (ulong)data[6],
            AccruedToTreasury = (UInt128)data[12],
            Unbacked = (UInt128)data[13],
            IsolatedDebt = (UInt128)data[14],
            ScaledSupply = (UInt128)answers.Number(0),
            ScaledDebt = (UInt128)answers.Number(1),
            Available = answers.Number(3),
        };
        RateStrategy? rates = answers.Has(4, 4)
            ? new RateStrategy
            {
                OptimalUsage = answers.Number(4), BaseRate = answers.Number(5), Slope1 = answers.Number(6), Slope2 = answers.Number(7),
            }
            : null;
        return new LendingReserve(new ReserveFacts((int)data[7].Limb0, asset, aToken, variable, stable, rates), in state);
    }

    // All of them, since an asset may join any of them later by a log that names only its number. The answer: the prices that are theirs alone.
    private async Task<List<(int Slot, Address Asset)>> ReadCategoriesAsync(LendingMarket market, BlockRef block, CancellationToken cancellation)
    {
        Answers answers = await AskAsync(
            [.. Enumerable.Range(1, MostCategories).Select(category => LendingCalls.Of(market.Sites.Pool, LendingCalls.Category, (ulong)category))],
            block, cancellation).ConfigureAwait(false);
        List<(int, Address)> feeds = [];
        for (int i = 0; i < MostCategories; i++)
        {
            // A tuple of dynamic size: its offset first.
            UInt256[] words = answers.Words(i, 5);
            EModeCategory category = new((uint)words[1].Limb0, (uint)words[2].Limb0, (uint)words[3].Limb0, Answers.ToAddress(in words[4]));
            market.SetCategory((byte)(i + 1), in category);
            if (!category.PriceSource.IsZero)
                feeds.Add((LendingMarket.SlotOfCategory((byte)(i + 1)), category.PriceSource));
        }
        return feeds;
    }

    private async Task ReadFeedsAsync(LendingMarket market, List<(int Slot, Address Asset)> feeds, BlockRef block, CancellationToken cancellation)
    {
        Answers found = await AskAsync(
            [.. feeds.Select(feed => LendingCalls.Of(market.Sites.Oracle, LendingCalls.SourceOfAsset, feed.Asset))], block, cancellation).ConfigureAwait(false);
        Address[] sources = [.. feeds.Select((_, i) => found.Address(i))];
        Answers answers = await AskAsync([.. sources.SelectMany(source => new[]
        {
            LendingCalls.Of(source, LendingCalls.LatestAnswer), LendingCalls.Of(source, LendingCalls.Aggregator),
            LendingCalls.Of(source, LendingCalls.LatestTimestamp),
        })], block, cancellation).ConfigureAwait(false);
        for (int i = 0; i < feeds.Count; i++)
            SetFeed(market, feeds[i].Slot, feeds[i].Asset, sources[i], answers.From(i * FeedCalls));
    }

    private static void SetFeed(LendingMarket market, int slot, Address asset, Address source, Answers answers)
    {
        UInt256 price = answers.Has(0, 1) ? answers.Number(0) : UInt256.Zero;
        Address aggregator = answers.Has(1, 1) ? answers.Address(1) : source;
        ulong time = answers.Has(2, 1) ? answers.Number(2).Limb0 : 0;
        // A signed answer: what has its top bit is below zero, and no price.
        market.SetFeed(new PriceFeed(slot, asset, source, aggregator), price.BitLength == 256 ? UInt256.Zero : price, time);
    }

    private async Task<Answers> AskAsync(IReadOnlyList<EthCall> calls, BlockRef block, CancellationToken cancellation) =>
        new(calls, await _ask(calls, block, cancellation).ConfigureAwait(false));

    private readonly struct Answers(IReadOnlyList<EthCall> calls, EthCallOutcome[] outcomes, int start = 0)
    {
        private const int WordLength = AbiWriter.WordLength;

        public static Address ToAddress(in UInt256 word)
        {
            Span<byte> bytes = stackalloc byte[WordLength];
            word.WriteBigEndian(bytes);
            return new Address(bytes[^Core.Assets.Address.Length..]);
        }

        /// <summary>The same, counted from a later call on.</summary>
        public Answers From(int call) => new(calls, outcomes, start + call);

        public bool Has(int first, int count) =>
            outcomes.Skip(start + first).Take(count).All(static outcome => outcome.Success && outcome.Data.Length >= WordLength);

        public UInt256 Number(int call) => Words(call, 1)[0];

        public Address Address(int call) => ToAddress(Number(call));

        public UInt256[] Words(int call, int count)
        {
            byte[] data = Data(call, count);
            UInt256[] words = new UInt256[count];
            for (int i = 0; i < count; i++)
                words[i] = UInt256.ReadBigEndian(data.AsSpan(i * WordLength, WordLength));
            return words;
        }

        public Address[] Addresses(int call)
        {
            int count = (int)Words(call, 2)[1].Limb0;
            return [.. Words(call, 2 + count).Skip(2).Select(static word => ToAddress(in word))];
        }

        private byte[] Data(int call, int words)
        {
            byte[] data = outcomes[start + call].Data;
            return outcomes[start + call].Success && data.Length >= words * WordLength
                ? data
                : throw new InvalidOperationException(
                    $"{calls[start + call].To} answered {data.Length} bytes to {Hex.Encode(calls[start + call].Data.Span[..AbiSelector.Length])}, not {words * WordLength}: is it a lending market of this kind?");
        }
    }
}
