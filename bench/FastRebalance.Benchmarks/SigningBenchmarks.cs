using BenchmarkDotNet.Attributes;
using FastRebalance.Bench.Signing;
using FastRebalance.Core.Assets;
using FastRebalance.Native;

namespace FastRebalance.Benchmarks;

/// <summary>A pre-signed transaction with 1 KiB of call data, in its parts and whole, beside the library's signature alone.</summary>
public class SigningBenchmarks
{
    private const int Rungs = 4;

    private readonly byte[] _signature = new byte[Signature.Length];
    private PrivateKey _key;
    private Hash32 _digest;
    private Ladder _lone = null!;
    private Ladder _ladder = null!;
    private int _number;

    [GlobalSetup]
    public void SetUp()
    {
        _key = PrivateKey.Generate();
        _lone = new Ladder(in _key, rungs: 1);
        _ladder = new Ladder(in _key, Rungs);
        _digest = _lone.SigningHash();
        if ((_lone.Flaw() ?? _ladder.Flaw()) is { } flaw)
            throw new InvalidOperationException(flaw);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _key.Clear();
        _lone.Dispose();
        _ladder.Dispose();
    }

    /// <summary>libsecp256k1 alone, as near as a benchmark comes to it.</summary>
    [Benchmark(Baseline = true)]
    public long Library() => Secp256k1.TimeSignature(_digest.Span, _key.Span, _signature);

    [Benchmark]
    public long Sign() => Secp256k1.TrySign(_digest.Span, _key.Span, _signature) ? 1 : 0;

    [Benchmark]
    public long EncodeAndHash() => _lone.SigningHash().Span[0];

    [Benchmark]
    public void Frames() => _lone.Frame(0);

    [Benchmark]
    public void LoneRung() => _lone.Make(++_number);

    [Benchmark(OperationsPerInvoke = Rungs)]
    public void LadderRung() => _ladder.Make(++_number);
}
