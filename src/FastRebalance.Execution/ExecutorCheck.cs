using FastRebalance.Amm;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Execution.Chain;
using FastRebalance.Execution.Transactions;

namespace FastRebalance.Execution;

/// <summary>Whether the executor contract is the one that this program knows, serves this desk, and may trade through its pools.</summary>
internal sealed class ExecutorCheck(ExecutionSetup setup, IChain chain)
{
    private const int MostAgain = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <exception cref="RpcTransportException">The node does not answer.</exception>
    public async Task<IReadOnlyList<string>> ProblemsAsync(CancellationToken cancellation)
    {
        byte[] code = await chain.CodeAsync(setup.Executor, BlockRef.Latest, cancellation).ConfigureAwait(false);
        if (code.Length == 0)
            return [$"there is no contract at the executor's address {setup.Executor}: deploy one with 'fastrebalance executor deploy'"];
        if (CodeProblem(code) is { } wrong)
            return [wrong];

        Hash32[] markets = [.. setup.Pools.SelectMany(ExecutorEncoder.MarketsOf).Distinct()];
        EthCallOutcome[] answers = await AskAsync(markets, cancellation).ConfigureAwait(false);
        return ExecutorFacts.Read(markets, answers) is { } facts
            ? [.. Problems(facts), .. await PoolProblemsAsync(cancellation).ConfigureAwait(false)]
            : [$"the executor {setup.Executor} does not answer what it is asked"];
    }

    // The leveraged one trades what the vault holds as well.
    private string? CodeProblem(byte[] code) =>
        ExecutorArtifact.Leveraged.IsCodeOf(code) || (setup.Lending is null && ExecutorArtifact.Current.IsCodeOf(code)) ? null
        : setup.Lending is not null && ExecutorArtifact.Current.IsCodeOf(code)
            ? $"the executor {setup.Executor} trades what its vault holds only, and the portfolio borrows: 'fastrebalance executor deploy -c FILE' deploys the one that does"
            : $"the code at {setup.Executor} is not the executor that this program was built with: deploy that one, or run the program that deployed it";

    private async Task<IReadOnlyList<string>> PoolProblemsAsync(CancellationToken cancellation)
    {
        if (setup.Lending is not { } lending)
            return [];
        EthCallOutcome[] answers = await chain.CallManyAsync(
            [new EthCall(setup.Executor, ExecutorCalls.LendingPool())], BlockRef.Latest, cancellation).ConfigureAwait(false);
        AbiReader reader = new(answers[0].Data);
        return answers[0].Success && reader.TryReadAddress(out Address pool) && pool == lending.Pool
            ? []
            : [$"the executor {setup.Executor} does not trade with the lending pool {lending.Pool}: 'fastrebalance executor deploy -c FILE' deploys one that does"];
    }

    /// <summary>The code is there, so it answers; a node that is just changing branches may not, and is asked again.</summary>
    private async Task<EthCallOutcome[]> AskAsync(Hash32[] markets, CancellationToken cancellation)
    {
        for (int again = MostAgain; ; again--)
        {
            EthCallOutcome[] answers = await chain.CallManyAsync(
                ExecutorFacts.Questions(setup.Executor, setup.Account, markets), BlockRef.Latest, cancellation).ConfigureAwait(false);
            if (again == 0 || !answers.Any(static answer => answer.Error is { IsRevert: false }))
                return answers;
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private IEnumerable<string> Problems(ExecutorFacts facts)
    {
        string executor = $"the executor {setup.Executor}";
        if (facts.Vault != setup.Holder)
            yield return $"{executor} serves the vault {facts.Vault} and {setup.Holder} is traded for: deploy one for that vault";
        if (facts.IsPaused)
            yield return $"{executor} is paused: its vault goes on with unpause()";
        ExecutorTrust needed = setup.Intent is null ? ExecutorTrust.Full : ExecutorTrust.Intents;
        if (facts.Trust < needed)
            yield return $"{executor} trusts {setup.Account} with {facts.Trust}: its vault calls setTrust({setup.Account}, {(int)needed})"
                + (setup.Intent is null && facts.Trust == ExecutorTrust.Intents ? ", or executor.intent names what its owner signed" : "");
        if (setup.Intent is { } signed && signed.Intent.Epoch < facts.Epoch)
            yield return $"the intent is of epoch {signed.Intent.Epoch} and {executor} of {facts.Epoch}, which voids it: have one signed anew";
        if (facts.GoalRequired)
            yield return $"{executor} runs no basket without a goal, and none is sent: its vault calls setGoalRequired(false)";
        foreach (PoolFacts pool in setup.Pools)
            if (ExecutorEncoder.MarketsOf(pool).Where(facts.MarketsRefused.Contains).ToArray() is { Length: > 0 } refused)
                yield return $"{executor} may not trade on the {pool.Kind} pool {pool.Address}: its vault calls setMarkets([{string.Join(", ", refused)}], true)";
        foreach (PoolFacts pool in setup.Pools)
            if (pool.Kind == UniswapV4Pool.KindName && pool.Address != facts.Chain.PoolManager)
                yield return $"{executor} trades through the pool manager {facts.Chain.PoolManager}, and a pool of {pool.Address} is configured";
        if (setup.UsesPermit2 && facts.Chain.Permit2 != setup.Permit2)
            yield return $"{executor} knows {facts.Chain.Permit2} as Permit2, and {setup.Permit2} is given";
    }
}
