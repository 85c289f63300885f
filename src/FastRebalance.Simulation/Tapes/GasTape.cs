namespace FastRebalance.Simulation.Tapes;

/// <summary>A history of the gas price: each holds from its time to the next.</summary>
public sealed class GasTape
{
    private static readonly Dictionary<string, double> s_weiPer = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gas_price"] = 1e9, ["gas_price_gwei"] = 1e9, ["base_fee_gwei"] = 1e9, ["gwei"] = 1e9, ["base_fee_wei"] = 1, ["wei"] = 1,
    };

    private readonly long[] _times;
    private readonly ulong[] _wei;

    /// <param name="times">Nanoseconds since 1970, strictly growing.</param>
    /// <param name="weiPerGas">As many.</param>
    public GasTape(long[] times, ulong[] weiPerGas)
    {
        _times = times;
        _wei = weiPerGas;
    }

    public int Rows => _times.Length;

    public long UnixNs(int row) => _times[row];

    public ulong WeiPerGas(int row) => _wei[row];

    /// <summary>Reads a column of times and one of gas prices: gas_price (gwei), base_fee_gwei, gwei, base_fee_wei or wei.</summary>
    /// <exception cref="InvalidDataException">Names the file, the line and what is wrong there.</exception>
    public static GasTape Read(string file)
    {
        using Stream stream = PriceFiles.Open(file);
        LineReader lines = new(stream);
        if (!lines.TryRead(out ReadOnlySpan<byte> header))
            throw new InvalidDataException($"{file} is empty");
        string[] names = System.Text.Encoding.UTF8.GetString(header).Split(',');
        if (names.Length != 2 || !PriceCsv.IsTime(System.Text.Encoding.UTF8.GetBytes(names[0])) || !s_weiPer.TryGetValue(names[1], out double weiPer))
            throw new InvalidDataException($"{file}, line 1: found {string.Join(',', names)}; wanted are time and one of {string.Join(", ", s_weiPer.Keys)}");
        List<long> times = [];
        List<ulong> wei = [];
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
                continue;
            int comma = line.IndexOf((byte)',');
            if (comma < 0 || !TimeText.TryParse(line[..comma], out long unixNs) || (times.Count > 0 && unixNs <= times[^1]))
                throw new InvalidDataException($"{file}, line {lines.LineNumber}: no time after the one before");
            if (!NumberText.TryParse(line[(comma + 1)..], out double price) || !(price >= 0 && price * weiPer < 1e18))
                throw new InvalidDataException($"{file}, line {lines.LineNumber}: '{System.Text.Encoding.UTF8.GetString(line[(comma + 1)..])}' is no gas price");
            times.Add(unixNs);
            wei.Add((ulong)Math.Round(price * weiPer));
        }
        return times.Count > 0 ? new GasTape([.. times], [.. wei]) : throw new InvalidDataException($"{file} has no gas prices");
    }
}
