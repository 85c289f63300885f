namespace FastRebalance.Execution.Presigning;

/// <summary>A connection of one channel, kept open for frames that are made beforehand.</summary>
public interface IReadySocket : IDisposable
{
    string Name { get; }

    /// <summary>It is connected. Any thread.</summary>
    bool IsReady { get; }

    /// <summary>
    /// Hands a whole frame to the kernel, in one call. Trigger thread; never blocks, allocates or throws.
    /// </summary>
    /// <returns>True where the kernel has all of it. Where not, a part may have gone: such a connection is given up and made anew elsewhere.</returns>
    bool Write(ReadOnlySpan<byte> frame);

    /// <summary>Goes the way of a write of so many bytes and sends nothing to anybody, so that the next one finds it warm. Trigger thread, between shots.</summary>
    void Rehearse(int bytes);
}
