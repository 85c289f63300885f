using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>A signer elsewhere, whose answers come when the test lets them.</summary>
internal sealed class WaitingSigner(TransactionSigner inner) : IAccountSigner
{
    private readonly Queue<Func<bool>> _open = new();

    public ulong ChainId => inner.ChainId;

    public Address Address => inner.Address;

    public bool SignsAccessLists => true;

    /// <summary>Requests without an answer.</summary>
    public int Open => _open.Count;

    /// <summary>What it says instead of a signature.</summary>
    public SigningOutcome? Refusal { get; set; }

    public ValueTask<SigningOutcome> SignAsync(TransactionFields fields, CancellationToken cancellation = default)
    {
        TaskCompletionSource<SigningOutcome> answer = new();
        _open.Enqueue(() => answer.TrySetResult(Refusal ?? inner.SignAsync(fields, default).Result));
        return new ValueTask<SigningOutcome>(answer.Task);
    }

    public ValueTask<SigningOutcome> ProbeAsync(CancellationToken cancellation = default) => ValueTask.FromResult(SigningOutcome.Ready);

    /// <summary>Answers all that are open now; further ones come out of it.</summary>
    public void Answer()
    {
        for (int open = _open.Count; open > 0; open--)
            _open.Dequeue()();
    }

    public void Dispose()
    {
    }
}
