using BenchmarkDotNet.Attributes;
using FastRebalance.Ethereum.TypedData;

namespace FastRebalance.Benchmarks;

/// <summary>The digest of a signed intent: eight words of EIP-712, type and domain hashed beforehand.</summary>
public class TypedDataBenchmarks
{
    private readonly byte[] _words = new byte[8 * 32];

    private readonly WordStruct _intent = new(
        "Intent(bytes32 decision,address account,address sell,address buy,uint256 most,uint256 least,uint64 nonce,uint64 deadline)",
        new TypedDataDomain { Name = "Executor", Version = "1", ChainId = 1 }.Separator());

    [Benchmark]
    public long Digest() => _intent.Digest(_words).Span[0];
}
