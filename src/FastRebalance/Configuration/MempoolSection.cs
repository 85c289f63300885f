using FastRebalance.Core.Assets;
using FastRebalance.Execution.Mempool;

namespace FastRebalance.Configuration;

/// <summary>
/// <c>submit.mempool</c>: watching pending transactions. Left out, it is on where the chain's profile has a public pool. The contracts are those by
/// which others trade on our pools; a call to a contract that is not named is not read.
/// </summary>
public sealed record MempoolSection
{
    private const string AddressWanted = "an address: 0x and 40 hexadecimal digits";

    /// <summary>Null leaves it to the chain's profile.</summary>
    public bool? IsEnabled { get; init; }

    public MempoolOptions Options { get; init; } = new();

    public PendingTerms Terms { get; init; } = new();

    /// <summary>Uniswap V2 routers and their forks.</summary>
    public IReadOnlyList<Address> V2Routers { get; init; } = [];

    /// <summary>SwapRouter and SwapRouter02, beside the configured one.</summary>
    public IReadOnlyList<Address> V3Routers { get; init; } = [];

    public IReadOnlyList<Address> UniversalRouters { get; init; } = [];

    /// <summary>Managers of V3 positions.</summary>
    public IReadOnlyList<Address> PositionManagers { get; init; } = [];

    internal static MempoolSection Read(JsonSection section)
    {
        MempoolOptions usual = new();
        PendingTerms terms = new();
        MempoolSection read = new()
        {
            IsEnabled = section.Has("enabled") ? section.Flag("enabled", true) : null,
            Options = usual with
            {
                MaxAdverseLagBps = Bps(section, "maxAdverseLagBps", usual.MaxAdverseLagBps),
                BaseFeeSpikeBps = Bps(section, "baseFeeSpikeBps", usual.BaseFeeSpikeBps),
                MaxFailShare = section.Number("maxFailShare", "a share from 0 to 1", x => x is >= 0 and <= 1, usual.MaxFailShare),
            },
            Terms = terms with
            {
                DelayBpsPerBlock = Bps(section, "delayBpsPerBlock", terms.DelayBpsPerBlock),
                RevertBps = Bps(section, "revertBps", terms.RevertBps),
                SpeedUpBps = Bps(section, "speedUpBps", terms.SpeedUpBps),
                TradeCostBps = Bps(section, "tradeCostBps", terms.TradeCostBps),
                MaxWaitBlocks = (int)section.Integer("maxWaitBlocks", "blocks from 0 to 1000", 0, 1000, terms.MaxWaitBlocks),
                PrivateBlocks = (int)section.Integer("privateBlocks", "blocks from 0 to 100000", 0, 100_000, terms.PrivateBlocks),
            },
            V2Routers = Addresses(section, "v2Routers"),
            V3Routers = Addresses(section, "v3Routers"),
            UniversalRouters = Addresses(section, "universalRouters"),
            PositionManagers = Addresses(section, "positionManagers"),
        };
        section.RejectUnknown();
        return read;
    }

    private static double Bps(JsonSection section, string name, double usual) =>
        section.Number(name, "basis points above 0, at most 10000", x => x is > 0 and <= 10_000, usual);

    private static List<Address> Addresses(JsonSection section, string name)
    {
        List<Address> addresses = [];
        if (!section.Has(name))
            return addresses;
        foreach (string text in section.Texts(name, $"a list of addresses, each {AddressWanted}"))
            if (Address.TryParse(text, out Address address) && !address.IsZero)
                addresses.Add(address);
            else
                section.ReportField(name, text, AddressWanted);
        return addresses;
    }
}
