using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Solidly;

/// <summary>Asks a pool what it is, then its factory for the fee, and of a stable pool the tokens for their decimals.</summary>
internal sealed class SolidlyDescription(string kind, Address address, bool isStable) : IPoolDescription
{
    // The factory tells ten-thousandths.
    private const uint BasisPoints = 10_000;
    private const uint PipsPerBasisPoint = PoolFacts.PipsPerUnit / BasisPoints;

    private Address _token0;
    private Address _token1;
    private Address _factory;
    private bool _hasAskedPool;

    public PoolFacts? Facts { get; private set; }

    public string? Failure { get; private set; }

    public bool NextCalls(List<PoolCall> calls)
    {
        if (Facts is not null || Failure is not null)
            return false;
        if (!_hasAskedPool)
        {
            calls.Add(new PoolCall(address, SolidlyCalls.Token0.Call()));
            calls.Add(new PoolCall(address, SolidlyCalls.Token1.Call()));
            calls.Add(new PoolCall(address, SolidlyCalls.IsStable.Call()));
            calls.Add(new PoolCall(address, SolidlyCalls.Factory.Call()));
            return true;
        }
        calls.Add(new PoolCall(_factory, FeeCall()));
        if (isStable)
        {
            calls.Add(new PoolCall(_token0, SolidlyCalls.Decimals.Call()));
            calls.Add(new PoolCall(_token1, SolidlyCalls.Decimals.Call()));
        }
        return true;
    }

    public void Accept(IReadOnlyList<byte[]> results)
    {
        string? wrong = _hasAskedPool ? TakeFee(results) : TakePool(results);
        if (wrong is not null)
            Failure = $"{kind} {address}: {wrong}";
    }

    private byte[] FeeCall()
    {
        byte[] data = new byte[4 + 2 * AbiWords.WordLength];
        AbiCallWriter writer = new(data, SolidlyCalls.GetFee);
        writer.Write(address);
        writer.Write(isStable ? 1 : 0);
        return data;
    }

    private string? TakePool(IReadOnlyList<byte[]> results)
    {
        _hasAskedPool = true;
        if (results.Count != 4)
            return $"4 answers are wanted, found {results.Count}";
        if (!AbiWords.TryReadAddress(results[0], 0, out _token0) || !AbiWords.TryReadAddress(results[1], 0, out _token1))
            return "token0() and token1() did not answer addresses; is it a pool?";
        if (!AbiWords.TryReadUInt(results[2], 0, 8, out UInt256 stable) || stable > UInt256.One
            || !AbiWords.TryReadAddress(results[3], 0, out _factory))
            return "stable() and factory() did not answer; is it another kind of pool?";
        return stable.IsZero != isStable ? null
            : $"it is {(isStable ? "a volatile" : "a stable")} pool; its kind is {(isStable ? SolidlyPool.VolatileName : SolidlyPool.StableName)}";
    }

    private string? TakeFee(IReadOnlyList<byte[]> results)
    {
        int wanted = isStable ? 3 : 1;
        if (results.Count != wanted)
            return $"{wanted} answers are wanted, found {results.Count}";
        if (!AbiWords.TryReadUInt(results[0], 0, 32, out UInt256 fee) || fee >= BasisPoints)
            return $"its factory {_factory} did not answer a fee below {BasisPoints} basis points to {SolidlyCalls.GetFee.Signature}";
        List<ulong> decimals = [];
        for (int i = 1; i < wanted; i++)
        {
            if (!AbiWords.TryReadUInt(results[i], 0, 8, out UInt256 found) || found.Limb0 > 18)
                return $"its token {(i == 1 ? _token0 : _token1)} did not answer decimals of at most 18";
            decimals.Add(found.Limb0);
        }
        Facts = new PoolFacts(kind, address, _token0, _token1, (uint)fee.Limb0 * PipsPerBasisPoint)
        {
            Parameters = isStable
                ? new Dictionary<string, string> { [FactParameters.Decimals] = string.Join(',', decimals) }
                : PoolSite.NoParameters,
        };
        return null;
    }
}
