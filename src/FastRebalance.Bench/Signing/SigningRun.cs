using System.Diagnostics;
using FastRebalance.Bench.Latency;
using FastRebalance.Bench.Routing;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Native;

namespace FastRebalance.Bench.Signing;

/// <summary>The rounds of one measurement and what they found.</summary>
internal sealed class SigningRun
{
    private const int KeccakBlocks = 16;
    private const int KeccakBlockBytes = 136;
    private const int VerifyOneIn = 64;

    private readonly Ladder _lone, _ladder;
    private readonly int _rounds;
    private readonly Samples _library, _sign, _ratio, _encodeHash, _frames, _rungs, _beyond, _loneRungs, _recover, _keccak, _clock;
    private readonly AllocationTally _tally = new();
    private readonly List<string> _wrong = [];
    private readonly byte[] _long = new byte[KeccakBlocks * KeccakBlockBytes - 1]; // the padding takes the last byte
    private readonly byte[] _digest = new byte[Hash32.Length];
    private readonly byte[] _ours = new byte[Signature.Length];
    private readonly byte[] _theirs = new byte[Signature.Length];

    public SigningRun(Ladder lone, Ladder ladder, int rounds)
    {
        _lone = lone;
        _ladder = ladder;
        _rounds = rounds;
        _library = new(rounds);
        _sign = new(rounds);
        _ratio = new(rounds);
        _encodeHash = new(rounds);
        _frames = new(rounds);
        _rungs = new(rounds);
        _beyond = new(rounds);
        _loneRungs = new(rounds);
        _recover = new(rounds);
        _keccak = new(rounds);
        _clock = new(rounds);
    }

    /// <summary>Does everything once.</summary>
    public void Round(int number, in PrivateKey key)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Measure(number, in key);
        _tally.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        if (!_ours.AsSpan().SequenceEqual(_theirs)) Note("the safe face and the library sign differently");
        if (number % VerifyOneIn == 0 && (_lone.Flaw() ?? _ladder.Flaw()) is { } flaw) Note(flaw);
    }

    public SigningBenchResult Result() => new(
        Machine.Processor,
        Machine.Cores,
        Machine.Runtime,
        Machine.Load,
        Secp256k1.SignsByComb,
        _rounds,
        Ladder.CallDataBytes,
        _lone.TransactionBytes,
        _lone.FrameBytes,
        _ladder.Rungs,
        _library.Median(),
        _sign.Median(),
        _ratio.Median(),
        _encodeHash.Median(),
        _frames.Median(),
        _rungs.Median(),
        _beyond.Median(),
        _loneRungs.Median(),
        _recover.Median(),
        _keccak.Median() / KeccakBlocks,
        _clock.Median(),
        _tally.AllocatedBytes,
        _tally.StrayBytes,
        _wrong);

    private void Measure(int number, in PrivateKey key)
    {
        long at = Stopwatch.GetTimestamp();
        long clock = Stopwatch.GetTimestamp() - at;

        at = Stopwatch.GetTimestamp();
        Hash32 digest = _lone.SigningHash();
        long encodeHash = Stopwatch.GetTimestamp() - at;

        at = Stopwatch.GetTimestamp();
        Keccak256.Hash(_long, _digest);
        long keccak = Stopwatch.GetTimestamp() - at;

        long library = 0;
        bool libraryFirst = (number & 1) == 0;
        if (libraryFirst) library = Secp256k1.TimeSignature(digest.Span, key.Span, _theirs);
        at = Stopwatch.GetTimestamp();
        bool isSigned = Secp256k1.TrySign(digest.Span, key.Span, _ours);
        long sign = Stopwatch.GetTimestamp() - at;
        if (!libraryFirst) library = Secp256k1.TimeSignature(digest.Span, key.Span, _theirs);

        at = Stopwatch.GetTimestamp();
        _ladder.Make(number);
        long ladder = Stopwatch.GetTimestamp() - at;

        at = Stopwatch.GetTimestamp();
        _lone.Make(number);
        long loneRung = Stopwatch.GetTimestamp() - at;

        at = Stopwatch.GetTimestamp();
        _lone.Frame(0);
        long frames = Stopwatch.GetTimestamp() - at;

        Signature signature = new(_ours.AsSpan(0, 32), _ours.AsSpan(32, 32), _ours[64]);
        at = Stopwatch.GetTimestamp();
        bool isRecovered = Secp256k1.TryRecover(digest.Span, in signature, out _);
        long recover = Stopwatch.GetTimestamp() - at;

        if (!isSigned || !isRecovered) Note("a signature was refused");
        _clock.Add(clock);
        _encodeHash.Add(encodeHash);
        _keccak.Add(keccak);
        _library.Add(library);
        _sign.Add(sign);
        _ratio.AddValue((double)sign / library);
        _rungs.Add(ladder / _ladder.Rungs);
        _beyond.Add(ladder / _ladder.Rungs - sign);
        _loneRungs.Add(loneRung);
        _frames.Add(frames);
        _recover.Add(recover);
    }

    private void Note(string wrong)
    {
        if (!_wrong.Contains(wrong)) _wrong.Add(wrong);
    }
}
