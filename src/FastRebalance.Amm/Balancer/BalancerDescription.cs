using FastRebalance.Amm.Abi;
using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.Balancer;

/// <summary>
/// Asks a Balancer pool what it is: first the pool itself, then the vault for its tokens, then the tokens for their decimals.
/// </summary>
/// <param name="kind">Name of the kind.</param>
/// <param name="address">The pool.</param>
/// <param name="own">Calls to the pool beside those of every pool, and what is wrong with their answers.</param>
internal sealed class BalancerDescription(string kind, Address address, BalancerDescription.IOwnCalls own) : IPoolDescription
{
    /// <summary>What one kind of pool asks beside what every pool is asked.</summary>
    internal interface IOwnCalls
    {
        IReadOnlyList<AbiFunction> Functions { get; }

        /// <summary>Judges the answers; null, or a sentence that says what is wrong, without the pool's name.</summary>
        string? WrongWith(ReadOnlySpan<byte[]> answers, out bool isOlder);
    }

    private static readonly AbiFunction[] Common = [VaultCalls.GetPoolId, VaultCalls.GetVault, VaultCalls.GetSwapFee];

    private Hash32 _poolId;
    private Address _vault;
    private bool _isOlder;
    private List<Address>? _tokens;
    private bool _hasAskedPool;

    public PoolFacts? Facts { get; private set; }

    public string? Failure { get; private set; }

    public bool NextCalls(List<PoolCall> calls)
    {
        if (Facts is not null || Failure is not null)
            return false;
        if (!_hasAskedPool)
            calls.AddRange(Common.Concat(own.Functions).Select(function => new PoolCall(address, function.Call())));
        else if (_tokens is null)
            calls.Add(new PoolCall(_vault, VaultCalls.GetPoolTokens.Call(UInt256.ReadBigEndian(_poolId.Span))));
        else
            calls.AddRange(_tokens.Select(token => new PoolCall(token, VaultCalls.Decimals.Call())));
        return true;
    }

    public void Accept(IReadOnlyList<byte[]> results)
    {
        string? wrong = !_hasAskedPool ? TakePool([.. results]) : _tokens is null ? TakeTokens(results) : TakeDecimals(results);
        if (wrong is not null)
            Failure = $"{kind} {address}: {wrong}";
    }

    private string? TakePool(ReadOnlySpan<byte[]> results)
    {
        _hasAskedPool = true;
        if (results.Length != Common.Length + own.Functions.Count)
            return $"{Common.Length + own.Functions.Count} answers are wanted, found {results.Length}";
        if (results[0].Length != AbiWords.WordLength || !AbiWords.TryReadAddress(results[1], 0, out _vault))
            return "getPoolId() and getVault() did not answer; is it a pool of Balancer's V2 vault?";
        _poolId = new Hash32(results[0]);
        if (!AbiWords.TryReadUInt(results[2], 0, 256, out _))
            return $"{VaultCalls.GetSwapFee.Signature} did not answer; is it another kind of pool?";
        return own.WrongWith(results[Common.Length..], out _isOlder);
    }

    private string? TakeTokens(IReadOnlyList<byte[]> results)
    {
        if (results.Count != 1 || VaultCalls.ReadTokens(results[0], address) is not { } tokens)
            return $"the vault {_vault} did not answer its tokens";
        if (tokens.Count is < 2 or > Pool.MaxAssets)
            return $"it holds {tokens.Count} tokens; 2 to {Pool.MaxAssets} can be quoted";
        _tokens = [.. tokens.Select(held => held.Token)];
        return null;
    }

    private string? TakeDecimals(IReadOnlyList<byte[]> results)
    {
        if (results.Count != _tokens!.Count)
            return $"{_tokens.Count} answers are wanted, found {results.Count}";
        List<int> decimals = [];
        for (int i = 0; i < results.Count; i++)
        {
            if (!AbiWords.TryReadUInt(results[i], 0, 8, out UInt256 found) || found.Limb0 > 18)
                return $"its token {_tokens[i]} did not answer decimals of at most 18";
            decimals.Add((int)found.Limb0);
        }
        Dictionary<string, string> parameters = new()
        {
            [BalancerParameters.PoolId] = _poolId.ToString(),
            [BalancerParameters.Vault] = _vault.ToString(),
            [FactParameters.Decimals] = string.Join(',', decimals),
        };
        if (_isOlder)
            parameters[BalancerParameters.Arithmetic] = BalancerParameters.Older;
        Facts = new PoolFacts(kind, address, _tokens[0], _tokens[1], 0) { FurtherTokens = _tokens[2..], Parameters = parameters };
        return null;
    }
}
