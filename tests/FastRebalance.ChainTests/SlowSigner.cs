using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.ChainTests;

/// <summary>A signer elsewhere that takes its time: it answers when the test lets it.</summary>
internal sealed class SlowSigner(TransactionSigner inner) : IAccountSigner
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ulong ChainId => inner.ChainId;

    public Address Address => inner.Address;

    public bool SignsAccessLists => true;

    /// <summary>A first signature is asked for.</summary>
    public Task Asked => _asked.Task;

    public void Answer() => _answers.TrySetResult();

    public async ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        _asked.TrySetResult();
        await _answers.Task.WaitAsync(cancellation);
        return await inner.SignAsync(fields, cancellation);
    }

    public ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default) => ValueTask.FromResult(SigningOutcome.Ready);

    public void Dispose()
    {
    }
}
