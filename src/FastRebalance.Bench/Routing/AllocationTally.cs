namespace FastRebalance.Bench.Routing;

/// <summary>
/// Bytes that calls booked on their thread. What code allocates it allocates again and again; now and then the runtime, while it compiles
/// beside, retires the thread's allocation buffer and books what was left of it on a call that allocated nothing. So bytes of fewer than
/// one call in a hundred are told apart.
/// </summary>
internal sealed class AllocationTally
{
    private const long RareOneIn = 100;

    private long _calls;
    private long _bookings;
    private long _bytes;

    public long AllocatedBytes => IsRare ? 0 : _bytes;

    public long StrayBytes => IsRare ? _bytes : 0;

    private bool IsRare => _bookings * RareOneIn < _calls;

    public void Add(long bytes)
    {
        _calls++;
        _bookings += bytes > 0 ? 1 : 0;
        _bytes += bytes;
    }
}
