using FastRebalance.Core.Assets;
using FastRebalance.Execution.WriteAhead;

namespace FastRebalance.UnitTests.Execution.Presigning;

/// <summary>Stands for the write-ahead log: keeps what it is told, and holds callers to the order of things.</summary>
internal sealed class InMemoryLog : IArmLog, IFireLog
{
    private readonly Lock _gate = new();
    private readonly Hash32[] _firedHashes = new Hash32[4096];
    private readonly Hash32[] _touched = new Hash32[1024];
    private int _fires;

    public Dictionary<Hash32, ArmedAttempt> Armed { get; } = [];

    public HashSet<Hash32> Retired { get; } = [];

    /// <summary>Sizes of the groups that were made durable together.</summary>
    public List<int> Groups { get; } = [];

    public LogVerdict ArmSays { get; set; } = LogVerdict.Written;

    public LogVerdict FireSays { get; set; } = LogVerdict.Written;

    public LogVerdict RetireSays { get; set; } = LogVerdict.Written;

    public int Fires => Volatile.Read(ref _fires);

    public Hash32 FiredAt(int index) => _firedHashes[index];

    public Action? OnArm { get; set; }

    public LogVerdict Arm(ReadOnlySpan<ArmedAttempt> attempts)
    {
        OnArm?.Invoke();
        if (ArmSays != LogVerdict.Written)
            return ArmSays;
        lock (_gate)
        {
            Groups.Add(attempts.Length);
            foreach (ArmedAttempt attempt in attempts)
                Armed.Add(attempt.Hash, attempt with { Raw = attempt.Raw.ToArray() });
        }
        return LogVerdict.Written;
    }

    public LogVerdict Retire(ulong nonce, ReadOnlySpan<Hash32> hashes)
    {
        lock (_gate)
            foreach (Hash32 hash in hashes)
            {
                Assert.Equal(nonce, Armed[hash].Nonce);
                Assert.True(Retired.Add(hash), "retired twice");
            }
        return RetireSays;
    }

    public LogVerdict Fire(ulong nonce, in Hash32 hash, bool isRehearsal = false)
    {
        if (isRehearsal)
        {
            _touched[Touches++ % _touched.Length] = hash;
            return FireSays;
        }
        if (FireSays == LogVerdict.Written)
            _firedHashes[_fires++] = hash;
        return FireSays;
    }

    public int Touches { get; private set; }

    /// <summary>Armed attempts that a rehearsal went to.</summary>
    public IEnumerable<Hash32> Touched => _touched.Take(Math.Min(Touches, _touched.Length)).Where(Armed.ContainsKey).Distinct();
}
