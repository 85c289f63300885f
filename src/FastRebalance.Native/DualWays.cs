namespace FastRebalance.Native;

/// <summary>The ways of an edge; their sum closes both.</summary>
public static class DualWays
{
    public const byte AB = 1;
    public const byte BA = 2;
    public const byte Both = AB | BA;
}
