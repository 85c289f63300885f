namespace FastRebalance.Journal;

/// <summary>Makes a stream that ended in a crash ready to go on: what the crash tore is cut away, and nothing else is touched.</summary>
internal static class SegmentRepair
{
    /// <returns>Number of the last segment that remains; 0 for none.</returns>
    /// <exception cref="JournalCorruptException">The segment is damaged inside.</exception>
    public static int CutTornTail(string directory, string stream, int last)
    {
        string path = SegmentFormat.PathOf(directory, stream, last);
        long whole = WholeBytes(path, stream, last);
        if (whole == 0)
        {
            File.Delete(path);
            return last - 1;
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (file.Length > whole)
        {
            file.SetLength(whole);
            file.Flush(flushToDisk: true);
        }

        return last;
    }

    /// <summary>Bytes up to the end of the last whole record; 0 when not even the header is whole.</summary>
    private static long WholeBytes(string path, string stream, int number)
    {
        SegmentReader segment = new(path, stream, number, isLast: true);
        while (segment.TryRead(out _))
        {
        }

        return segment.Offset;
    }
}
