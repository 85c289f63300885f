using System.Globalization;
using System.IO.Compression;
using System.Text;
using FastRebalance.Core.Assets;
using FastRebalance.Simulation.Tapes;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Simulation;

public sealed class PriceFilesTests : IDisposable
{
    private static readonly TapeAssets s_assets =
        new([new("WETH", 18, default), new("WBTC", 8, default), new("USDC", 6, default)], AssetId.FromIndex(2));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ColumnsInAnyOrder_AreTheConfiguredAssets()
    {
        PriceTape tape = Read("time,USDC,wbtc,WETH\r\n2024-01-31 23:59:00,1,60000.5,2500\n2024-02-01T00:00:00Z,,,2501.25\n");
        Assert.Equal(2, tape.Rows);
        Assert.Equal([2500, 2501.25], tape.Of(0).ToArray());
        Assert.Equal([60000.5, double.NaN], tape.Of(1).ToArray());
        Assert.True(tape.Of(2).IsEmpty);
        Assert.Equal("2024-01-31 23:59:00", Times.Text(tape.UnixNs[0]));
        Assert.Equal(3, tape.CountPrices());
    }

    [Theory]
    [InlineData("1706745540")]
    [InlineData("1706745540000")]
    [InlineData("1706745540000000")]
    [InlineData("1706745540000000000")]
    [InlineData("2024-01-31 23:59:00")]
    [InlineData("2024-01-31T23:59:00Z")]
    [InlineData("2024-02-01T00:59:00+01:00")]
    public void Read_TimeInAnyForm_IsThatTime(string time) =>
        Assert.Equal(1_706_745_540_000_000_000, Read($"time,WETH,WBTC\n{time},1,2\n").UnixNs[0]);

    [Theory]
    [InlineData("time,WETH,WBTC\n2024-01-01,1,2\n2024-01-01,1,2\n", "line 3", "twice")]
    [InlineData("time,WETH,WBTC\n2024-01-02,1,2\n2024-01-01,1,2\n", "line 3", "goes back")]
    [InlineData("time,WETH,WBTC\n2024-01-01,1,2\n2024-01-02,x1,2\n", "line 3", "'x1'")]
    [InlineData("time,WETH,WBTC\n2024-01-01,1,NaN\n", "line 2", "'NaN'")]
    [InlineData("time,WETH,WBTC\nyesterday,1,2\n", "line 2", "'yesterday'")]
    [InlineData("time,WETH,WBTC\n2024-01-01,1\n", "line 2", "wanted are 3")]
    [InlineData("time,WETH,WBTC\n2024-01-01,1,2,3\n", "line 2", "more than 3")]
    [InlineData("time,WETH,DOGE,WBTC\n", "line 1", "DOGE")]
    [InlineData("time,WETH\n2024-01-01,1\n", "line 1", "no column WBTC")]
    [InlineData("time,WETH,WBTC,WETH\n", "line 1", "twice")]
    [InlineData("price,WETH,WBTC\n", "line 1", "first column")]
    [InlineData("time,WETH,WBTC,USDC\n2024-01-01,1,2,0.98\n", "line 2", "costs 0.98")]
    [InlineData("time,WETH,WBTC\n", "prices.csv", "no prices")]
    [InlineData("", "prices.csv", "empty")]
    public void Read_Mistake_NamesLineAndMistake(string text, string where, string what)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(text)).Message;
        Assert.Contains(where, message);
        Assert.Contains(what, message);
    }

    [Fact]
    public void Read_ZeroAndNegativePrices_AreLeftOutAndCounted()
    {
        PriceTape tape = Read("time,WETH,WBTC\n2024-01-01,0,2\n2024-01-02,-1,3\n2024-01-03,5,4\n");
        Assert.Equal(2, tape.RefusedPrices);
        Assert.Contains("line 2", tape.FirstRefusal);
        Assert.Equal([double.NaN, double.NaN, 5], tape.Of(0).ToArray());
    }

    [Fact]
    public void Read_FileLargerThanTheBuffer_LosesNothing()
    {
        StringBuilder text = new("time,WETH,WBTC\n");
        for (int i = 0; i < 120_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{1_700_000_000 + i},{1000 + i}.25,{i + 1}\n");
        Assert.True(text.Length > 2 << 20);
        PriceTape tape = Read(text.ToString());
        Assert.Equal(120_000, tape.Rows);
        for (int i = 0; i < tape.Rows; i++)
            Assert.True(tape.Of(0)[i] == 1000.25 + i && tape.Of(1)[i] == i + 1);
    }

    [Fact]
    public void Read_SeveralFiles_AreOneTapeInTheOrderOfTimes()
    {
        string late = Write("late.csv", "time,WETH,WBTC\n2024-01-03,3,30\n"), early = Write("early.csv", "time,WETH,WBTC\n2024-01-01,1,\n2024-01-02,2,20\n");
        PriceTape tape = PriceFiles.Read([late, early], s_assets);
        Assert.Equal([1, 2, 3], tape.Of(0).ToArray());
        string again = Write("again.csv", "time,WETH,WBTC\n2024-01-03,3,\n");
        Assert.Throws<InvalidDataException>(() => PriceFiles.Read([late, again], s_assets));
    }

    [Fact]
    public void Read_Unpacked_IsThePackedFile()
    {
        string path = Path.Combine(_folder.Path, "prices.csv.gz");
        using (GZipStream gzip = new(File.Create(path), CompressionMode.Compress))
            gzip.Write("time,WETH,WBTC\n2024-01-01,1,2\n"u8);
        Assert.Equal(1, PriceFiles.Read([path], s_assets).Rows);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("-2.50")]
    [InlineData("61837.63000000")]
    [InlineData("0.000000012345")]
    [InlineData("53.089213505000004")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e-7")]
    [InlineData("2.5E+3")]
    public void TryParse_Number_IsTheNearestDouble(string text)
    {
        Assert.True(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out double number));
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1 ")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    public void TryParse_NoNumber_IsRefused(string text) => Assert.False(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void TryParse_SeededDecimals_AreTheNearestDoubles()
    {
        Random random = new(4);
        for (int i = 0; i < 20_000; i++)
        {
            string text = (random.NextDouble() * Math.Pow(10, random.Next(-8, 9))).ToString($"F{random.Next(0, 14)}", CultureInfo.InvariantCulture);
            Assert.True(NumberText.TryParse(Encoding.ASCII.GetBytes(text), out double number));
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), number);
        }
    }

    [Fact]
    public void Read_RecordedBookTickers_GiveTheirMiddle()
    {
        string btc = SharedFiles.PathOf("market", "binance", "spot-btcusdt_20240809.gz"), eth = SharedFiles.PathOf("market", "binance", "spot-ethusdt_20240809.gz");
        PriceTape tape = PriceFiles.Read([btc, eth], s_assets);
        Assert.True(tape.Rows > 1_000);
        Assert.All(tape.Of(1).ToArray().Where(p => !double.IsNaN(p)), p => Assert.InRange(p, 50_000, 70_000));
        Assert.All(tape.Of(0).ToArray().Where(p => !double.IsNaN(p)), p => Assert.InRange(p, 2_000, 3_500));
        for (int row = 1; row < tape.Rows; row++)
            Assert.True(tape.UnixNs[row] > tape.UnixNs[row - 1]);
    }

    [Fact]
    public void ReadGas_RecordedTape_IsInWei()
    {
        GasTape gas = GasTape.Read(SharedFiles.PathOf("market", "polygon", "gas_price.csv"));
        Assert.Equal(5_760, gas.Rows);
        Assert.Equal(53_089_213_505UL, gas.WeiPerGas(0));
        Assert.Equal("2023-08-14 00:00:00", Times.Text(gas.UnixNs(0)));
    }

    private PriceTape Read(string text) => PriceFiles.Read([Write("prices.csv", text)], s_assets);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
