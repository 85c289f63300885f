using FastRebalance.Core.Assets;

namespace FastRebalance.Amm.UniswapV3;

/// <summary>
/// The initialised ticks of a pool in ascending order, each with its price. A swap walks neighbours, so a sorted array
/// answers the contract's bitmap search by one comparison, with nothing to hash. Grows only when a tick is added.
/// </summary>
internal sealed class TickTable
{
    private int[] _index = new int[16];
    private UInt128[] _gross = new UInt128[16];
    private Int128[] _net = new Int128[16];
    private UInt256[] _price = new UInt256[16];

    public int Count { get; private set; }

    public int IndexAt(int position) => _index[position];

    /// <summary>Change of the active liquidity when the price crosses upwards.</summary>
    public Int128 NetAt(int position) => _net[position];

    public UInt128 GrossAt(int position) => _gross[position];

    public ref readonly UInt256 PriceAt(int position) => ref _price[position];

    public void Clear() => Count = 0;

    public TickTable Copy() => new()
    {
        _index = [.. _index],
        _gross = [.. _gross],
        _net = [.. _net],
        _price = [.. _price],
        Count = Count,
    };

    /// <summary>Position of the highest initialised tick at or below <paramref name="tick"/>; -1 where there is none.</summary>
    public int Floor(int tick)
    {
        int position = Array.BinarySearch(_index, 0, Count, tick);
        return position >= 0 ? position : ~position - 1;
    }

    /// <summary>Adds a tick as a snapshot tells it; false when it is there already or holds no liquidity.</summary>
    public bool TryAdd(int index, UInt128 gross, Int128 net)
    {
        int position = Floor(index) + 1;
        if (gross == 0 || (position > 0 && _index[position - 1] == index))
            return false;
        Insert(position, index);
        _gross[position] = gross;
        _net[position] = net;
        return true;
    }

    /// <summary>A position that begins (with <paramref name="isUpper"/>: ends) here changed by <paramref name="delta"/>.</summary>
    /// <returns>False when more is taken away than there was, or a sum leaves its type.</returns>
    public bool TryChange(int index, Int128 delta, bool isUpper)
    {
        int position = Floor(index);
        if (position < 0 || _index[position] != index)
            return TryAdd(index, (UInt128)Int128.Max(delta, 0), isUpper ? -delta : delta);
        if (!Liquidity.TryAdd(_gross[position], delta, out UInt128 gross)
            || !TryAddNet(_net[position], isUpper ? -delta : delta, out Int128 net))
            return false;
        if (gross == 0)
        {
            Remove(position);
            return true;
        }
        _gross[position] = gross;
        _net[position] = net;
        return true;
    }

    private static bool TryAddNet(Int128 net, Int128 delta, out Int128 sum)
    {
        sum = unchecked(net + delta);
        return net < 0 != delta < 0 || net < 0 == sum < 0;
    }

    private void Insert(int position, int index)
    {
        if (Count == _index.Length)
            Grow();
        Shift(position, position + 1, Count - position);
        Count++;
        _index[position] = index;
        _price[position] = TickMath.SqrtRatioAtTick(index);
    }

    private void Remove(int position)
    {
        Count--;
        Shift(position + 1, position, Count - position);
    }

    private void Shift(int from, int to, int length)
    {
        Array.Copy(_index, from, _index, to, length);
        Array.Copy(_gross, from, _gross, to, length);
        Array.Copy(_net, from, _net, to, length);
        Array.Copy(_price, from, _price, to, length);
    }

    private void Grow()
    {
        int length = 2 * _index.Length;
        Array.Resize(ref _index, length);
        Array.Resize(ref _gross, length);
        Array.Resize(ref _net, length);
        Array.Resize(ref _price, length);
    }
}
