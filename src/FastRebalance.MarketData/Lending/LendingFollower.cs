using FastRebalance.Core.Assets;
using FastRebalance.Core.Events;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Lending;
using FastRebalance.Lending.Logs;
using FastRebalance.MarketData.Feeds;

namespace FastRebalance.MarketData.Lending;

/// <summary>
/// The feed's copy of a lending market and of the account in it: read at a snapshot, kept by logs, held against the chain on every head. What a log does
/// not tell whole, and what differs, is read anew. Used by the feed's thread of work only.
/// </summary>
/// <remarks>Per block: <see cref="Apply"/> for each log, <see cref="Reconcile"/>, <see cref="ReadAsync"/> if that says so, <see cref="AppendEvents"/>.</remarks>
internal sealed class LendingFollower(IChainView chain, PoolEventsSetup setup, Address addressesProvider)
{
    private const int AccountWords = 6;

    private readonly AccountEntry[] _entries = new AccountEntry[AccountConfiguration.MostReserves];
    private readonly LendingTerms[] _told = new LendingTerms[setup.Assets.Count];
    private readonly LendingReserve?[] _reserves = new LendingReserve?[setup.Assets.Count];
    private LendingMarket? _market;
    private LendingAccount? _account;
    private bool _isBroken;

    /// <summary>Contracts whose logs keep the copy; they may be others after <see cref="ReadAsync"/>.</summary>
    public IReadOnlyCollection<Address> LogSites => _market?.LogSites ?? [];

    /// <summary>How the copy stands to the chain.</summary>
    public enum Standing : byte
    {
        Unknown = 0,
        Equal,

        /// <summary>A price that came without a log was taken over: the copy is equal again.</summary>
        Corrected,

        /// <summary>A log told of what logs do not tell whole.</summary>
        ReadAnew,

        /// <summary>It differs although every log was taken: read anew.</summary>
        Differs,
    }

    /// <summary>Reads the market and the account whole.</summary>
    /// <exception cref="RpcTransportException">The block is not to be had, or what was read cannot be followed; the message says why.</exception>
    public async Task ReadAsync(Hash32 block, CancellationToken cancellation)
    {
        _market = null;
        LendingReader reader = new((calls, _, cancel) => AskAsync(calls, block, cancel), addressesProvider);
        LendingMarket market;
        try
        {
            market = await reader.ReadAsync([setup.Account], block, cancellation).ConfigureAwait(false);
        }
        catch (InvalidOperationException error)
        {
            throw new RpcTransportException($"the lending market cannot be followed: {error.Message}", inner: error);
        }
        LendingAccount account = market.Follow(setup.Account);
        for (int i = 0; i < _reserves.Length; i++)
            _reserves[i] = market.Reserves.FirstOrDefault(reserve => reserve.Facts.Asset == setup.Assets[i].Token);
        RefuseUnlistedDebt(market, account);
        (_market, _account, _isBroken) = (market, account, false);
    }

    public void Apply(LogEntry log, ulong blockTime)
    {
        if (_market is not null && LendingReader.Apply(_market, log, blockTime) is not (LendingLogStatus.Applied or LendingLogStatus.Told))
            _isBroken = true;
    }

    /// <summary>What <see cref="Reconcile"/> wants answered at the block's hash.</summary>
    public void AppendCalls(List<EthCall> calls)
    {
        if (_market is null)
            return;
        calls.Add(LendingCalls.Of(_market.Sites.Pool, LendingCalls.AccountData, setup.Account));
        foreach (LendingReserve? reserve in _reserves)
            if (reserve is not null)
                calls.Add(LendingCalls.Of(_market.Sites.Oracle, LendingCalls.AssetPrice, reserve.Facts.Asset));
    }

    /// <summary>Holds the copy, all logs of the block in it, against the chain's answers.</summary>
    public Standing Reconcile(ReadOnlySpan<byte[]> answers, ulong time)
    {
        if (_market is null || _isBroken)
            return Standing.ReadAnew;
        bool corrected = TakePrices(answers[1..]);
        LendingStatus status = _market.Fill(_account!, time, _entries, out int count);
        AccountData data = default;
        if (status == LendingStatus.Exact)
            status = AccountMath.Measure(_entries.AsSpan(0, count), _market.Prices, out data);
        // Without a price the contracts ask a fallback oracle, which is not followed: the engine is told that there is none.
        bool isEqual = status == LendingStatus.NoPrice || (status == LendingStatus.Exact && Equal(in data, answers[0]));
        return !isEqual ? Standing.Differs : corrected ? Standing.Corrected : Standing.Equal;
    }

    /// <summary>The terms that changed (or all of them), then the position in every reserve of the configuration.</summary>
    /// <exception cref="RpcTransportException">The copy holds what the contracts could not reckon with either.</exception>
    public void AppendEvents(List<MarketEvent> batch, in MarketEvent stamp, ulong time, bool all)
    {
        for (int i = 0; i < _reserves.Length; i++)
        {
            if (_reserves[i] is not { } reserve)
                continue;
            Check(LendingSurvey.Terms(_market!, _account!, reserve, time, out LendingTerms terms), i);
            if (!all && LendingSurvey.AreSame(in terms, in _told[i]))
                continue;
            _told[i] = terms;
            batch.Add(stamp with { Kind = MarketEventKind.LendingTerms, Subject = AssetId.FromIndex(i).Value, LendingTerms = terms });
        }
        for (int i = 0; i < _reserves.Length; i++)
        {
            if (_reserves[i] is not { } reserve)
                continue;
            Check(LendingSurvey.Position(_market!, _account!, reserve, time, out LendingPosition position), i);
            batch.Add(stamp with { Kind = MarketEventKind.LendingPosition, Subject = AssetId.FromIndex(i).Value, LendingPosition = position });
        }
    }

    // Some sources answer what they reckon from others and write no log: the oracle's word counts.
    private bool TakePrices(ReadOnlySpan<byte[]> answers)
    {
        bool corrected = false;
        int at = 0;
        foreach (LendingReserve? reserve in _reserves)
        {
            if (reserve is null)
                continue;
            byte[] answer = answers[at++];
            if (answer.Length != AbiWriter.WordLength || _market!.Prices[reserve.Id].IsZero)
                continue;
            UInt256 price = UInt256.ReadBigEndian(answer);
            if (price == _market.Prices[reserve.Id])
                continue;
            foreach (PriceFeed feed in _market.Feeds)
                if (feed.Slot == reserve.Id)
                {
                    _market.SetFeed(feed, in price);
                    break;
                }
            corrected = true;
        }
        return corrected;
    }

    private static bool Equal(in AccountData data, byte[] answer)
    {
        if (answer.Length != AccountWords * AbiWriter.WordLength)
            return false;
        ReadOnlySpan<UInt256> own =
        [
            data.TotalCollateral, data.TotalDebt, data.AvailableBorrows, data.LiquidationThresholdBps, data.LtvBps, data.HealthFactor,
        ];
        for (int i = 0; i < own.Length; i++)
            if (UInt256.ReadBigEndian(answer.AsSpan(i * AbiWriter.WordLength, AbiWriter.WordLength)) != own[i])
                return false;
        return true;
    }

    // A debt that the engine does not see would make every account look healthier than it is. Collateral that it does not see only makes it careful.
    private void RefuseUnlistedDebt(LendingMarket market, LendingAccount account)
    {
        if (Array.TrueForAll(_reserves, static reserve => reserve is null))
            throw new RpcTransportException($"none of the configured assets is a reserve of the lending market at {addressesProvider}");
        foreach (LendingReserve reserve in market.Reserves)
            if (account.ScaledDebt[reserve.Id] != 0 && !_reserves.Contains(reserve))
                throw new RpcTransportException(
                    $"{setup.Account} owes {reserve.Facts.Asset} in the lending market, which is none of the configured assets: add it to \"assets\", or repay it");
    }

    private void Check(LendingStatus status, int asset)
    {
        if (status != LendingStatus.Exact)
            throw new RpcTransportException($"the lending market's reserve of {setup.Assets[asset].Symbol} cannot be reckoned with: {status}");
    }

    /// <summary>A revert is an answer, any other refusal means that the block is not to be had.</summary>
    private async Task<EthCallOutcome[]> AskAsync(IReadOnlyList<EthCall> calls, Hash32 block, CancellationToken cancellation)
    {
        EthCallOutcome[] outcomes = await chain.CallManyAsync(calls, block, cancellation).ConfigureAwait(false);
        foreach (EthCallOutcome outcome in outcomes)
            if (outcome is { Success: false, Error: { IsRevert: false } error })
                throw new RpcErrorException("eth_call", error);
        return outcomes;
    }
}
