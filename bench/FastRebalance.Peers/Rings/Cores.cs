using FastRebalance.Native.Machine;

namespace FastRebalance.Peers.Rings;

/// <summary>The two cores that the two sides of a window run on, where the machine has two and lets us choose.</summary>
public static class Cores
{
    private static readonly int[] s_all = ThreadPlacement.Cores();

    /// <summary>What the figures were measured with.</summary>
    public static string Description => s_all.Length > 1 ? $"threads pinned to cores {s_all[0]} and {s_all[1]}" : "threads not pinned";

    /// <summary>The calling thread produces, or pings.</summary>
    public static void TakeFirst() => Take(0);

    /// <summary>The calling thread consumes, or pongs.</summary>
    public static void TakeSecond() => Take(1);

    /// <summary>The calling thread, and those that it starts, run anywhere again.</summary>
    public static void Release()
    {
        if (s_all.Length > 1)
            ThreadPlacement.TryPin(s_all);
    }

    private static void Take(int which)
    {
        if (s_all.Length > 1)
            ThreadPlacement.TryPin(s_all[which]);
    }
}
