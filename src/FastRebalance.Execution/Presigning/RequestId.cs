namespace FastRebalance.Execution.Presigning;

/// <summary>
/// The number of a framed request, which its answer repeats: the nonce's low 32 bits above the rung's number, so that it stays below 2^53, which
/// every JSON reader takes whole.
/// </summary>
public static class RequestId
{
    /// <summary>Rungs of a slot at most.</summary>
    public const int MostRungs = 1 << RungBits;

    private const int RungBits = 16;

    public static ulong Of(ulong nonce, int rung) => ((nonce & uint.MaxValue) << RungBits) | (uint)rung;

    /// <summary>True where the number may be that of a request for this nonce.</summary>
    public static bool IsOf(ulong id, ulong nonce) => id >> RungBits == (nonce & uint.MaxValue);

    public static int RungOf(ulong id) => (int)(id & (MostRungs - 1));
}
