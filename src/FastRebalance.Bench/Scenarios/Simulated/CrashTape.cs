using System.Globalization;

namespace FastRebalance.Bench.Scenarios.Simulated;

/// <summary>One recorded minute: the pool's ticks (WETH units per USDC unit: up is a falling price), its liquidity, gas and the lending rates.</summary>
internal readonly record struct TapeMinute(
    long UnixSeconds, int OpenTick, int LowTick, int HighTick, int CloseTick, double Liquidity, double GasGwei, LendingRates Usdc, LendingRates Weth);

/// <summary>Yearly rates as fractions.</summary>
internal readonly record struct LendingRates(double Supply, double Borrow);

/// <summary>The recorded day of the crash of 17 August 2023, minute by minute.</summary>
internal static class CrashTape
{
    private const string Day = "2023-08-17";
    private const string Pool = $"polygon-0x45dda9cb7c25131df268515131f647d726f50608-{Day}.minute.csv";
    private const string Usdc = $"polygon-aave_v3-0x2791bca1f2de4661ed88a30c99a7a9449aa84174-{Day}.minute.csv";
    private const string Weth = $"polygon-aave_v3-0x7ceb23fd6bc0add59e62ac25578270cff1b9f619-{Day}.minute.csv";

    /// <exception cref="FileNotFoundException">The tape is not there.</exception>
    /// <exception cref="InvalidDataException">A file is not in its shape.</exception>
    public static IReadOnlyList<TapeMinute> Read(string folder)
    {
        Dictionary<long, double[]> pool = ReadFile(folder, Pool, 10), gas = ReadFile(folder, "gas_price.csv", 2);
        Dictionary<long, double[]> usdc = ReadFile(folder, Usdc, 6), weth = ReadFile(folder, Weth, 6);
        List<TapeMinute> minutes = [];
        foreach ((long time, double[] row) in pool.OrderBy(row => row.Key))
            if (gas.TryGetValue(time, out double[]? price) && usdc.TryGetValue(time, out double[]? cash) && weth.TryGetValue(time, out double[]? asset))
                minutes.Add(new TapeMinute(
                    time, (int)row[4], (int)row[5], (int)row[6], (int)row[3], row[9], price[1], new LendingRates(cash[1], cash[3]), new LendingRates(asset[1], asset[3])));
        return minutes.Count > 0 ? minutes : throw new InvalidDataException($"{folder} has no minute that all four files of {Day} tell of");
    }

    /// <summary>USDC per WETH.</summary>
    public static double PriceOf(double tick) => 1e12 / Math.Pow(1.0001, tick);

    private static Dictionary<long, double[]> ReadFile(string folder, string name, int columns)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} is not there: name the folder of the recorded minutes with --tape");
        Dictionary<long, double[]> rows = [];
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] cells = line.Split(',');
            if (cells.Length != columns
                || !DateTime.TryParse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time))
                throw new InvalidDataException($"{path}: '{line}' is no row of {columns} cells that begins with a time");
            double[] row = new double[columns];
            for (int i = 1; i < columns; i++)
                row[i] = double.TryParse(cells[i], CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
            // A minute without a trade has empty cells: it is left out.
            if (!row.Contains(double.NaN))
                rows[new DateTimeOffset(time).ToUnixTimeSeconds()] = row;
        }
        return rows;
    }
}
