using System.Buffers.Text;
using System.IO.Compression;

namespace FastRebalance.Simulation.LatencyValue.Tapes;

/// <summary>
/// Best bids and asks of a recorded stream: one line each, <c>local nanoseconds {json}</c>, among lines of other streams, which are
/// passed over. A line that cannot be used is counted and left out.
/// </summary>
internal sealed class BookTickerTape
{
    private readonly List<long> _times = [];
    private readonly List<double> _logs = [];
    private double _halfSpreads;

    public long Lines { get; private set; }

    public long Broken { get; private set; }

    public long[] Times => [.. _times];

    /// <summary>Of the mid price.</summary>
    public double[] Logs => [.. _logs];

    public double HalfSpreadBps => _times.Count > 0 ? 1e4 * _halfSpreads / _times.Count : 0;

    public static BookTickerTape Open(string path)
    {
        using FileStream file = File.OpenRead(path);
        using GZipStream plain = new(file, CompressionMode.Decompress);
        return Read(plain);
    }

    public static BookTickerTape Read(Stream plain)
    {
        BookTickerTape tape = new();
        byte[] buffer = new byte[1 << 20];
        int held = 0;
        try
        {
            for (int read; (read = plain.Read(buffer, held, buffer.Length - held)) > 0;)
            {
                held = tape.TakeLines(buffer, held + read);
                if (held == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
        catch (InvalidDataException)
        {
            // The file's end is torn off: what stands before it counts.
            tape.Broken++;
        }
        if (held > 0)
            tape.Take(buffer.AsSpan(0, held));
        return tape;
    }

    /// <summary>Takes every whole line and moves what is left to the front; returns its length.</summary>
    private int TakeLines(byte[] buffer, int held)
    {
        Span<byte> rest = buffer.AsSpan(0, held);
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            Take(rest[..end]);
        rest.CopyTo(buffer);
        return rest.Length;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r "u8);
        if (line.IsEmpty)
            return;
        Lines++;
        bool hasTime = Utf8Parser.TryParse(line, out long time, out int digits) && digits < line.Length && line[digits] == ' ';
        ReadOnlySpan<byte> json = hasTime ? line[(digits + 1)..] : [];
        if (!hasTime || !json.StartsWith("{"u8) || !json.EndsWith("}"u8))
            Broken++;
        else if (json.IndexOf("@bookTicker\""u8) >= 0 && !TryAdd(time, json))
            Broken++;
    }

    private bool TryAdd(long time, ReadOnlySpan<byte> json)
    {
        if (!TryField(json, "\"b\":\""u8, out double bid) || !TryField(json, "\"a\":\""u8, out double ask))
            return false;
        if (!(bid > 0 && ask >= bid && double.IsFinite(ask)) || (_times.Count > 0 && time < _times[^1]))
            return false;
        double mid = (bid + ask) / 2;
        _times.Add(time);
        _logs.Add(Math.Log(mid));
        _halfSpreads += (ask - bid) / 2 / mid;
        return true;
    }

    private static bool TryField(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out double value)
    {
        value = 0;
        int at = json.IndexOf(name);
        if (at < 0)
            return false;
        ReadOnlySpan<byte> text = json[(at + name.Length)..];
        return Utf8Parser.TryParse(text, out value, out int digits) && digits < text.Length && text[digits] == '"';
    }
}
