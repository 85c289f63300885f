namespace FastRebalance.Devnet.Files;

/// <summary>What one desk's files are called, beside each other in the output directory.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Desk">Its key's name, from which key and password are made; the files of both are called so.</param>
/// <param name="Journal">Folder of its journal and its log of transactions.</param>
internal sealed record DeskFiles(string Config, string Desk, string Journal)
{
    /// <summary>The desk that holds no debt.</summary>
    public static readonly DeskFiles Main = new("config.json", "desk", "journal");

    public string Keystore => $"{Desk}.json";

    public string Password => $"{Desk}.pass";

    /// <summary>Of a desk with a position in the lending market.</summary>
    public static DeskFiles Of(string position) => new($"{position}.json", $"{position}-desk", $"{position}-journal");

    /// <summary>The same desk under the key that its safety trades leave by.</summary>
    public static DeskFiles SafetyOf(string position) => Of(position) with { Desk = $"{position}-safety" };
}
