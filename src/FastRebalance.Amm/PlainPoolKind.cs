using System.Diagnostics.CodeAnalysis;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm;

/// <summary>An AMM whose pools are contracts of their own that tell in one round of calls what they are.</summary>
public abstract class PlainPoolKind : PoolKind
{
    public sealed override IPoolDescription BeginDescription(PoolSite site) => new Description(this, site.Address);

    /// <summary>The data of the calls, to the pool's own address, that <see cref="TryDescribe"/> reads.</summary>
    protected abstract void AppendDescribeCalls(List<byte[]> calls);

    /// <summary>Reads the answers, one per appended call and in order.</summary>
    /// <returns>False with a sentence that names the answer at fault.</returns>
    protected abstract bool TryDescribe(
        Address address, IReadOnlyList<byte[]> results, [NotNullWhen(true)] out PoolFacts? facts, [NotNullWhen(false)] out string? failure);

    private sealed class Description(PlainPoolKind kind, Address address) : IPoolDescription
    {
        private bool _asked;

        public PoolFacts? Facts { get; private set; }

        public string? Failure { get; private set; }

        public bool NextCalls(List<PoolCall> calls)
        {
            if (_asked)
                return false;
            _asked = true;
            List<byte[]> data = [];
            kind.AppendDescribeCalls(data);
            calls.AddRange(data.Select(call => new PoolCall(address, call)));
            return true;
        }

        public void Accept(IReadOnlyList<byte[]> results)
        {
            if (kind.TryDescribe(address, results, out PoolFacts? facts, out string? failure))
                Facts = facts;
            else
                Failure = failure;
        }
    }
}
