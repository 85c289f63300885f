using System.IO.Compression;

namespace FastRebalance.Simulation.Tapes;

/// <summary>Reads price files of every known kind, told apart by what their first line looks like; <c>.gz</c> is unpacked on the way.</summary>
public static class PriceFiles
{
    /// <summary>Reads one file or several, which together make the tape.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">Names the file, the line and what is wrong there.</exception>
    public static PriceTape Read(IReadOnlyList<string> files, TapeAssets assets) => PriceTape.Merge([.. files.Select(f => Read(f, assets))]);

    private static PriceTape Read(string file, TapeAssets assets)
    {
        using Stream stream = Open(file);
        LineReader lines = new(stream);
        if (!lines.TryRead(out ReadOnlySpan<byte> line))
            throw new InvalidDataException($"{file} is empty");
        byte[] first = line.ToArray();
        if (first.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            first = first[3..];
        if (BookTickerTape.Recognises(first))
            return BookTickerTape.Read(lines, first, assets, file);
        return PoolTickCsv.Recognises(first)
            ? PoolTickCsv.Read(lines, first, assets, file)
            : PriceCsv.Read(lines, first, assets, file, new FileInfo(file).Length);
    }

    internal static Stream Open(string file)
    {
        FileStream stream = new(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        return file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
