using FastRebalance.Core.Assets;

namespace FastRebalance.Configuration;

/// <summary>The lending market (Aave V3) that a portfolio borrows in.</summary>
/// <param name="Market">Its registry, the PoolAddressesProvider: everything else is found from there.</param>
/// <param name="HealthFloor">
/// Least health factor after any order, held by the executor on the chain: an order that would leave less reverts, unless it leaves more
/// than it found.
/// </param>
/// <param name="HealthCeiling">Most health factor after an order that repays; infinite for none.</param>
public sealed record LendingSection(Address Market, double HealthFloor, double HealthCeiling)
{
    /// <summary>No debt is taken on while the market's own price is farther than this from ours.</summary>
    public Bps MaxOracleDeviation { get; init; } = new(UsualDeviationBps);

    private const double UsualDeviationBps = 300;
    private const string MarketWanted = "the address of the market's PoolAddressesProvider";

    internal static LendingSection? Read(JsonSection portfolio)
    {
        if (!portfolio.Has("lending"))
            return null;
        JsonSection section = portfolio.Section("lending", "{ \"market\": \"0x…\", \"healthFloor\": 1.05 }");
        string text = section.Text("market", MarketWanted);
        if (text.Length > 0 && (!Address.TryParse(text, out Address market) || market.IsZero))
        {
            section.ReportField("market", $"\"{text}\"", MarketWanted);
            market = Address.Zero;
        }
        else
        {
            _ = Address.TryParse(text, out market);
        }
        double floor = section.Number("healthFloor", "a number above 1, such as 1.05", x => x is > 1 and < 100);
        double ceiling = section.Has("healthCeiling")
            ? section.Number("healthCeiling", "a number above healthFloor", x => x > floor && double.IsFinite(x))
            : double.PositiveInfinity;
        double deviation = section.Number("maxOracleDeviationBps", "a number above 0", x => x > 0 && double.IsFinite(x), UsualDeviationBps);
        section.RejectUnknown();
        return new LendingSection(market, floor, ceiling) { MaxOracleDeviation = new Bps(deviation) };
    }
}
