using FastRebalance.Execution.Confirmation;

namespace FastRebalance.UnitTests.Execution.Submission;

/// <summary>A chain of one account: blocks that come and leave, and every transaction that somebody may have.</summary>
internal sealed class ModelChain
{
    public const ulong FirstNonce = 7;
    public const long SecondsPerBlock = 12;

    private readonly List<ModelBlock> _blocks = [new ModelBlock(100, 0, 1_000, FirstNonce)];
    private readonly List<List<ModelTransaction>> _byNonce = [];
    private int _ids;

    public ModelBlock Head => _blocks[^1];

    /// <summary>The head of a node that is so many blocks behind.</summary>
    public ModelBlock HeadBehind(int blocks) => _blocks[Math.Max(0, _blocks.Count - 1 - blocks)];

    public ulong AccountNonce => Head.NonceAfter;

    public int Length => _blocks.Count;

    /// <summary>Called with each fill that succeeds in a canonical block.</summary>
    public Action<ModelTransaction>? OnFilled { get; set; }

    public ModelBlock? At(ulong number) => number < _blocks[0].Number || number > Head.Number ? null : _blocks[(int)(number - _blocks[0].Number)];

    public IReadOnlyList<ModelTransaction> OfNonce(ulong nonce) =>
        nonce < FirstNonce || nonce - FirstNonce >= (ulong)_byNonce.Count ? [] : _byNonce[(int)(nonce - FirstNonce)];

    public void Add(ModelTransaction transaction)
    {
        while ((ulong)_byNonce.Count <= transaction.Nonce - FirstNonce)
            _byNonce.Add([]);
        _byNonce[(int)(transaction.Nonce - FirstNonce)].Add(transaction);
    }

    public void Extend() => _blocks.Add(new ModelBlock(Head.Number + 1, ++_ids, Head.UnixSeconds + SecondsPerBlock, Head.NonceAfter));

    /// <summary>Puts a transaction of the account's next nonce into the head; a fill past its bounds reverts, and one that meets bad luck.</summary>
    public void Include(ModelTransaction transaction, bool hasLuck)
    {
        transaction.HasLeft = true;
        transaction.Block = Head;
        transaction.Succeeded = transaction.Kind == AttemptKind.Cancel
            || (hasLuck && Head.Number <= transaction.MaxBlock && Head.UnixSeconds <= transaction.MaxUnixSeconds);
        Head.Transactions.Add(transaction);
        Head.NonceAfter++;
        if (transaction.Succeeded && transaction.Kind == AttemptKind.Fill && !transaction.IsForeign)
            OnFilled?.Invoke(transaction);
    }

    /// <summary>The newest blocks leave.</summary>
    /// <param name="depth">How many.</param>
    /// <param name="returnsToPool">The pools take up again what stood in them.</param>
    public void Leave(int depth, bool returnsToPool)
    {
        for (; depth > 0 && _blocks.Count > 1; depth--)
        {
            foreach (ModelTransaction transaction in Head.Transactions)
                (transaction.Block, transaction.Succeeded, transaction.IsPooled) = (null, false, returnsToPool);
            _blocks.RemoveAt(_blocks.Count - 1);
        }
    }
}
