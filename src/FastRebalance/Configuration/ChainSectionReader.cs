using FastRebalance.Composition;
using FastRebalance.Ethereum.Chains;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.Configuration;

/// <summary>Reads <c>chain</c>: which chain, where its nodes are, and its manners, which a profile gives and single fields of <c>rules</c> may change.</summary>
internal static class ChainSectionReader
{
    private const string EndpointWanted = "ipc:PATH, ws://HOST:PORT, http://HOST:PORT or h2c://HOST:PORT";
    private const double WeiPerGwei = 1e9;
    private static readonly string ProfileWanted = $"one of {ChainProfiles.NamesText}; left out, the chain's id chooses";

    public static ChainSection Read(JsonSection section, string folder)
    {
        ulong id = (ulong)section.Integer("id", "the chain's id, a whole number above 0", 1, long.MaxValue);
        List<RpcEndpoint> endpoints = ReadEndpoints(section, folder);
        IChainProfile profile = ReadProfile(section, id);
        ChainRules rules = ReadRules(section.Section("rules", "{ \"finalDepth\": … }", required: false), profile.Rules);
        section.RejectUnknown();
        return new ChainSection(id, endpoints) { Profile = profile, Rules = rules };
    }

    private static List<RpcEndpoint> ReadEndpoints(JsonSection section, string folder)
    {
        List<string> endpoints = section.Exists ? section.Texts("endpoints", $"a list of {EndpointWanted}") : [];
        List<RpcEndpoint> usable = [];
        for (int i = 0; i < endpoints.Count; i++)
        {
            if (RpcEndpoint.TryParse(endpoints[i], out RpcEndpoint? endpoint))
                usable.Add(endpoint!.Kind == RpcTransportKind.Ipc ? endpoint with { Location = Path.Combine(folder, endpoint.Location) } : endpoint);
            else
                section.Report($"{section.PathOf("endpoints")}[{i}]", endpoints[i], EndpointWanted);
        }
        return usable;
    }

    private static IChainProfile ReadProfile(JsonSection section, ulong id)
    {
        if (section.OptionalText("profile", ProfileWanted) is not { } name)
            return ChainProfiles.ById(id);
        if (ChainProfiles.ByName(name) is { } profile)
            return profile;
        if (name.Length > 0) // otherwise it was reported as no text
            section.ReportField("profile", $"\"{name}\"", ProfileWanted);
        return ChainProfiles.ById(id);
    }

    private static ChainRules ReadRules(JsonSection section, ChainRules usual)
    {
        ChainRules rules = usual with
        {
            CanReplace = section.Flag("canReplace", usual.CanReplace),
            BumpPercent = (int)section.Integer("bumpPercent", "percent from 1 to 1000", 1, 1000, usual.BumpPercent),
            TakesTips = section.Flag("takesTips", usual.TakesTips),
            MinTipWei = (ulong)Math.Round(
                section.Number("minTipGwei", "gwei from 0 to 1000000", x => x is >= 0 and <= 1e6, usual.MinTipWei / WeiPerGwei) * WeiPerGwei),
            BaseFeeRoomPercent = (int)section.Integer("baseFeeRoomPercent", "percent from 0 to 10000", 0, 10_000, usual.BaseFeeRoomPercent),
            FinalDepth = (int)section.Integer("finalDepth", "blocks from 1 to 100000", 1, 100_000, usual.FinalDepth),
            ReleaseDepth = (int)section.Integer("releaseDepth", "blocks from 0 to 10000", 0, 10_000, usual.ReleaseDepth),
            RepriceAfterHeads = (int)section.Integer("repriceAfterHeads", "heads from 1 to 10000", 1, 10_000, usual.RepriceAfterHeads),
            ResendAfterHeads = (int)section.Integer("resendAfterHeads", "heads from 1 to 10000", 1, 10_000, usual.ResendAfterHeads),
            HasConditionalSend = section.Flag("conditionalSend", usual.HasConditionalSend),
        };
        section.RejectUnknown();
        return rules;
    }
}
