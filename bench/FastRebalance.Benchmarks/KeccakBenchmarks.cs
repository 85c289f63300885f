using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using FastRebalance.Core.Hashing;

namespace FastRebalance.Benchmarks;

/// <summary>Keccak-256 of a message of eight blocks, for each kind of register that lanes may be held in. An operation is one block of one message.</summary>
public class KeccakBenchmarks
{
    private const int Blocks = 8;
    private const int BlockBytes = 136;

    private readonly byte[] _message = new byte[Blocks * BlockBytes - 1]; // the padding takes the last byte
    private readonly byte[] _hash = new byte[Keccak256.HashLength];
    private readonly byte[] _other = new byte[Keccak256.HashLength];

    [GlobalSetup]
    public void SetUp()
    {
        new Random(1).NextBytes(_message);
        Scalar();
        Keccak256.Hash(_message, _other);
        if (!_hash.AsSpan().SequenceEqual(_other))
            throw new InvalidOperationException("the lanes disagree");
    }

    [Benchmark(OperationsPerInvoke = Blocks, Baseline = true)]
    public void Scalar() => Keccak256.Hash<ulong, ScalarLanes>(_message, _hash);

    [Benchmark(OperationsPerInvoke = Blocks)]
    public void Vector()
    {
        if (!VectorLanes.IsSupported)
            throw new PlatformNotSupportedException("this machine has no AVX-512");
        Keccak256.Hash<Vector128<ulong>, VectorLanes>(_message, _hash);
    }

    [Benchmark(OperationsPerInvoke = 2 * Blocks)]
    public void TwoAtOnce() => Keccak256.HashTwo(_message, _hash, _message, _other);
}
