using System.Text.Json;
using FastRebalance.Devnet.Lending;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Keys;

namespace FastRebalance.Devnet.Files;

/// <summary>Writes the portfolio of a desk with debt: its lending market, what its position is held to, and its limits.</summary>
internal static class LendingPortfolioWriter
{
    private const double HealthFloor = 1.05;
    private const double SafetySlippageBps = 500;

    public static void Write(Utf8JsonWriter writer, DevnetManifest manifest, LendingDesk desk)
    {
        writer.WriteString("name", desk.Name);
        writer.WriteStartObject("lending");
        writer.WriteString("market", Eip55.Format(manifest.Contract("aavePoolAddressesProvider")));
        writer.WriteNumber("healthFloor", HealthFloor);
        writer.WriteEndObject();

        writer.WriteStartObject("position");
        switch (desk.Name)
        {
            case LendingDesk.Leverage:
                WriteLeverage(writer);
                break;
            case LendingDesk.Collateral:
                WriteCollateral(writer);
                break;
            default:
                WriteDeltaNeutral(writer, desk);
                break;
        }
        writer.WriteEndObject();

        writer.WriteStartObject("safety");
        writer.WriteStartObject("risk");
        writer.WriteNumber("maxSlippageBps", SafetySlippageBps);
        writer.WriteEndObject();
        writer.WriteEndObject();
        ConfigWriter.WriteRisk(writer);
    }

    private static void WriteLeverage(Utf8JsonWriter writer)
    {
        writer.WriteString("kind", "constant-leverage");
        writer.WriteString("collateral", MarketPlan.Native);
        writer.WriteString("debt", MarketPlan.Numeraire);
        writer.WriteNumber("target", 2);
        writer.WriteNumber("least", 1.7);
        writer.WriteNumber("most", 2.3);
        writer.WriteNumber("ripcord", 2.6);
        writer.WriteNumber("recenteringSpeed", 0.05);
        writer.WriteString("interval", "1.00:00:00");
        writer.WriteString("sliceCooldown", "00:50:00");
        writer.WriteString("ripcordCooldown", "00:01:00");
        writer.WriteNumber("mostTradeNumeraire", 50_000);
        writer.WriteNumber("ripcordMostTradeNumeraire", 200_000);
    }

    private static void WriteCollateral(Utf8JsonWriter writer)
    {
        writer.WriteString("kind", "collateral-ratio");
        writer.WriteString("collateral", MarketPlan.Native);
        writer.WriteString("debt", MarketPlan.Numeraire);
        writer.WriteNumber("repayBelow", 1.25);
        writer.WriteNumber("repayTo", 1.5);
        writer.WriteNumber("boostAbove", 1.8);
        writer.WriteNumber("boostTo", 1.5);
        writer.WriteNumber("ripcordBelow", 1.15);
    }

    private static void WriteDeltaNeutral(Utf8JsonWriter writer, LendingDesk desk)
    {
        writer.WriteString("kind", "delta-neutral");
        writer.WriteString("asset", MarketPlan.Native);
        writer.WriteString("cash", MarketPlan.Numeraire);
        writer.WriteNumber("costBps", 5);
        writer.WriteNumber("gasNumeraire", 5);
        writer.WriteNumber("mostGapShare", 0.05);
        writer.WriteNumber("ripcord", 1.1);
        writer.WriteNumber("topUpBelow", 1.3);
        writer.WriteNumber("marginTo", 1.6);
        writer.WriteNumber("volatility", 0.8);
        if (desk.Liquidity is not { } liquidity)
            return;
        writer.WriteStartArray("liquidity");
        writer.WriteStartObject();
        writer.WriteString("positionId", liquidity.Id.ToString());
        writer.WriteEndObject();
        writer.WriteEndArray();
    }
}
