using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Fees;

namespace FastRebalance.Execution;

/// <summary>
/// Looks the account over before it trades, and lets the contract that runs the orders take its tokens. Not for use beside a running executor.
/// </summary>
public sealed class DeskAccount
{
    internal const ulong ApproveGas = 120_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly AbiSelector FactoryV3 = AbiSelector.Of("factory()");
    private static readonly AbiSelector FactoryV2 = AbiSelector.Of("factoryV2()");
    private static readonly AbiSelector GetPool = AbiSelector.Of("getPool(address,address,uint24)");
    private static readonly AbiSelector GetPair = AbiSelector.Of("getPair(address,address)");

    // An allowance of this much is never used up; tokens that count the largest one down stay above it for ever.
    internal static readonly UInt256 Plenty = UInt256.MaxValue >> 1;

    private readonly ExecutionSetup _setup;
    private readonly IChain _chain;

    public DeskAccount(ExecutionSetup setup, EthereumNode node)
        : this(setup, new NodeChain(node))
    {
    }

    internal DeskAccount(ExecutionSetup setup, IChain chain)
    {
        setup.Validate();
        _setup = setup;
        _chain = chain;
    }

    /// <summary>
    /// Reads everything that trading needs: chain, code, nonces, coins, allowances, and whether the router or the executor knows the pools.
    /// </summary>
    /// <exception cref="RpcTransportException">The node does not answer.</exception>
    public async Task<AccountCheck> CheckAsync(CancellationToken cancellation = default)
    {
        List<AccountProblem> problems = [];
        ulong chainId = await _chain.ChainIdAsync(cancellation).ConfigureAwait(false);
        if (chainId != _setup.ChainId)
            Add(problems, AccountProblemKind.WrongChain, $"the node serves chain {chainId} and chain {_setup.ChainId} is configured: correct one of them");
        await CheckCodeAsync(problems, cancellation).ConfigureAwait(false);
        ulong latest = await _chain.NonceAsync(_setup.Account, BlockRef.Latest, cancellation).ConfigureAwait(false);
        ulong pending = await _chain.NonceAsync(_setup.Account, BlockRef.Pending, cancellation).ConfigureAwait(false);
        if (pending > latest)
            Add(problems, AccountProblemKind.PendingTransactions,
                $"{pending - latest} transactions of {_setup.Account} wait in the pool from nonce {latest} on: wait until they are mined, or replace them");
        UInt256 balance = await _chain.BalanceAsync(_setup.Account, BlockRef.Latest, cancellation).ConfigureAwait(false);
        if (balance.IsZero)
            Add(problems, AccountProblemKind.NoGas, $"{_setup.Account} holds no coins to pay gas with: send it some");
        UInt256[] allowances = await ReadAllowancesAsync(problems, cancellation).ConfigureAwait(false);
        if (_setup.Lending is { } lending)
            await new LendingAllowances(_setup, lending, _chain).ReadAsync(problems, cancellation).ConfigureAwait(false);
        if (_setup.Executor.IsZero)
            await CheckPoolsAsync(problems, cancellation).ConfigureAwait(false);
        else
            foreach (string problem in await new ExecutorCheck(_setup, _chain).ProblemsAsync(cancellation).ConfigureAwait(false))
                Add(problems, AccountProblemKind.ExecutorNotReady, problem);
        return new AccountCheck(latest, pending, balance, allowances, problems);
    }

    /// <summary>
    /// Lets the router or the executor take these assets without limit, and waits until that is mined. An asset with a smaller allowance is set to
    /// zero first: some tokens refuse to change one that is not. Assets with plenty are passed over. Where the executor trades with a lending market,
    /// it may also take what is supplied of them, and borrow them on the account's behalf.
    /// </summary>
    /// <returns>The hashes of the transactions, in order.</returns>
    /// <exception cref="InvalidOperationException">A transaction was refused or reverted.</exception>
    public async Task<IReadOnlyList<Hash32>> ApproveAsync(
        IAccountSigner signer, IReadOnlyList<AssetId> assets, CancellationToken cancellation = default)
    {
        if (signer.Address != _setup.Account || signer.ChainId != _setup.ChainId)
            throw new InvalidOperationException($"the signer is {signer}, and {_setup.Account} on chain {_setup.ChainId} is configured");
        if (_setup.Holder != _setup.Account || _setup.UsesPermit2)
            throw new InvalidOperationException(
                $"the tokens are {_setup.Holder}'s{(_setup.UsesPermit2 ? " and go through Permit2" : "")}: their allowances are given there, not by this account's key");
        UInt256[] allowances = await ReadAllowancesAsync([], cancellation).ConfigureAwait(false);
        List<Hash32> hashes = [];
        foreach (AssetId asset in assets)
        {
            if (allowances[asset.Index] >= Plenty)
                continue;
            if (!allowances[asset.Index].IsZero)
                hashes.Add(await SendApprovalAsync(signer, asset, UInt256.Zero, cancellation).ConfigureAwait(false));
            hashes.Add(await SendApprovalAsync(signer, asset, UInt256.MaxValue, cancellation).ConfigureAwait(false));
        }
        if (_setup.Lending is { } lending)
            hashes.AddRange(await new LendingAllowances(_setup, lending, _chain).GiveAsync(signer, assets, cancellation).ConfigureAwait(false));
        return hashes;
    }

    /// <summary>
    /// Checks, and while transactions that the log does not know wait in the pool looks again until they are gone or patience is.
    /// </summary>
    /// <param name="clock">Counts the patience.</param>
    /// <param name="knownBelow">Transactions in the pool with a lower nonce are known, and no problem.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<AccountCheck> SettleAsync(TimeProvider clock, ulong knownBelow, CancellationToken cancellation)
    {
        long started = clock.GetTimestamp();
        while (true)
        {
            AccountCheck check = await CheckAsync(cancellation).ConfigureAwait(false);
            if (check.PendingNonce <= knownBelow)
                return check with { Problems = [.. check.Problems.Where(static problem => problem.Kind != AccountProblemKind.PendingTransactions)] };
            if (check.PendingNonce <= check.LatestNonce || clock.GetElapsedTime(started) >= _setup.PendingPatience)
                return check;
            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task CheckCodeAsync(List<AccountProblem> problems, CancellationToken cancellation)
    {
        byte[] account = await _chain.CodeAsync(_setup.Account, BlockRef.Latest, cancellation).ConfigureAwait(false);
        if (account.Length > 0)
            Add(problems, AccountProblemKind.Delegated,
                $"{_setup.Account} has code (EIP-7702): pools then hold back its transactions; use an account that is not delegated");
        if (!_setup.Executor.IsZero)
            return; // looked at with its pools
        byte[] router = await _chain.CodeAsync(_setup.Router, BlockRef.Latest, cancellation).ConfigureAwait(false);
        if (router.Length == 0)
            Add(problems, AccountProblemKind.NoRouter, $"there is no contract at the router's address {_setup.Router}: correct contracts.swapRouter02");
    }

    private async Task<UInt256[]> ReadAllowancesAsync(List<AccountProblem> problems, CancellationToken cancellation)
    {
        Address spender = _setup.UsesPermit2 ? _setup.Permit2 : _setup.Target;
        EthCall[] calls = [.. _setup.Assets.Select(asset => new EthCall(asset, Erc20.Allowance(_setup.Holder, spender)))];
        EthCallOutcome[] answers = await _chain.CallManyAsync(calls, BlockRef.Latest, cancellation).ConfigureAwait(false);
        UInt256[] allowances = new UInt256[answers.Length];
        for (int i = 0; i < answers.Length; i++)
        {
            AbiReader reader = new(answers[i].Data);
            if (!answers[i].Success || !reader.TryReadUInt256(out allowances[i]))
                problems.Add(new AccountProblem(AccountProblemKind.NoAllowance, AssetId.FromIndex(i),
                    $"{_setup.Assets[i]} does not answer allowance(): is it a token?", IsFatal: false));
            else if (allowances[i] < Plenty)
                problems.Add(new AccountProblem(AccountProblemKind.NoAllowance, AssetId.FromIndex(i),
                    $"the allowance of {_setup.Assets[i]} from {_setup.Holder} to {spender} is {allowances[i]}: "
                    + (_setup.Holder == _setup.Account && !_setup.UsesPermit2 ? "approve it with 'fastrebalance doctor --approve'" : "its vault approves it"), IsFatal: false));
        }
        if (_setup.UsesPermit2)
            await CheckPermit2Async(problems, cancellation).ConfigureAwait(false);
        return allowances;
    }

    // Permit2 keeps an allowance of its own for each spender: an amount, and a time after which it is none.
    private async Task CheckPermit2Async(List<AccountProblem> problems, CancellationToken cancellation)
    {
        EthCall[] calls = [.. _setup.Assets.Select(asset => new EthCall(_setup.Permit2, Permit2.Allowance(_setup.Holder, asset, _setup.Executor)))];
        EthCallOutcome[] answers = await _chain.CallManyAsync(calls, BlockRef.Latest, cancellation).ConfigureAwait(false);
        BlockHeader? head = await _chain.BlockAsync(BlockRef.Latest, cancellation).ConfigureAwait(false);
        for (int i = 0; i < answers.Length; i++)
        {
            AbiReader reader = new(answers[i].Data);
            bool isRead = answers[i].Success & reader.TryReadUInt256(out UInt256 amount) & reader.TryReadUInt256(out UInt256 expires);
            if (!isRead || amount < Plenty >> 96 || expires <= (ulong)(head?.TimestampSeconds ?? long.MaxValue))
                problems.Add(new AccountProblem(AccountProblemKind.NoAllowance, AssetId.FromIndex(i),
                    $"Permit2 lets the executor take {amount} of {_setup.Assets[i]} from {_setup.Holder} until second {expires}: its vault calls approve there",
                    IsFatal: false));
        }
    }

    // The router works a pool's address out of its factories. A pool of another factory would not be found, or another one traded in its place.
    private async Task CheckPoolsAsync(List<AccountProblem> problems, CancellationToken cancellation)
    {
        EthCallOutcome[] factories = await _chain.CallManyAsync(
            [new EthCall(_setup.Router, Encode(FactoryV3)), new EthCall(_setup.Router, Encode(FactoryV2))], BlockRef.Latest, cancellation)
            .ConfigureAwait(false);
        if (!TryReadAddress(factories[0], out Address v3) || !TryReadAddress(factories[1], out Address v2))
        {
            Add(problems, AccountProblemKind.NoRouter, $"the contract at {_setup.Router} does not name its factories: is it SwapRouter02?");
            return;
        }
        EthCall[] calls = [.. _setup.Pools.Select(pool => pool.Kind == UniswapV3Pool.KindName
            ? new EthCall(v3, Encode(GetPool, pool.Token0, pool.Token1, pool.FeePips))
            : new EthCall(v2, Encode(GetPair, pool.Token0, pool.Token1)))];
        EthCallOutcome[] answers = await _chain.CallManyAsync(calls, BlockRef.Latest, cancellation).ConfigureAwait(false);
        for (int i = 0; i < answers.Length; i++)
            if (!TryReadAddress(answers[i], out Address known) || known != _setup.Pools[i].Address)
                Add(problems, AccountProblemKind.PoolNotOfRouter,
                    $"the router {_setup.Router} does not trade through the {_setup.Pools[i].Kind} pool {_setup.Pools[i].Address}: "
                    + "it belongs to another factory; leave it out or configure its own router");
    }

    private async Task<Hash32> SendApprovalAsync(IAccountSigner signer, AssetId asset, UInt256 amount, CancellationToken cancellation)
    {
        Receipt receipt = await new AccountSender(_chain, signer, _setup.Fees, _setup.MaxFeePerGasWei).SendAsync(
            $"the approval of {_setup.Assets[asset.Index]}", _setup.Assets[asset.Index], Erc20.Approve(_setup.Target, amount), ApproveGas, cancellation)
            .ConfigureAwait(false);
        return receipt.TransactionHash;
    }

    private static void Add(List<AccountProblem> problems, AccountProblemKind kind, string message) =>
        problems.Add(new AccountProblem(kind, AssetId.None, message, IsFatal: true));

    private static bool TryReadAddress(EthCallOutcome answer, out Address address)
    {
        AbiReader reader = new(answer.Data);
        return reader.TryReadAddress(out address) && answer.Success;
    }

    private static byte[] Encode(AbiSelector selector, params ReadOnlySpan<UInt256> words)
    {
        byte[] data = new byte[AbiSelector.Length + words.Length * AbiWriter.WordLength];
        AbiWriter writer = new(data);
        writer.BeginCall(selector, words.Length);
        foreach (ref readonly UInt256 word in words)
            writer.WriteUInt256(in word);
        return writer.TryFinish(out _) ? data : throw new InvalidOperationException("the words do not fit the data that was made for them");
    }

    private static byte[] Encode(AbiSelector selector, Address first, Address second) => Encode(selector, WordOf(first), WordOf(second));

    private static byte[] Encode(AbiSelector selector, Address first, Address second, uint third) =>
        Encode(selector, WordOf(first), WordOf(second), third);

    private static UInt256 WordOf(Address address)
    {
        Span<byte> word = stackalloc byte[UInt256.ByteLength];
        word.Clear();
        address.Span.CopyTo(word[^Address.Length..]);
        return UInt256.ReadBigEndian(word);
    }
}
