using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Signers;

namespace FastRebalance.Configuration;

/// <summary>Reads who signs for the account: exactly one of a keystore, a remote signer and a variable.</summary>
internal static class AccountSectionReader
{
    private const string OneOfThem = "exactly one of keystore (with passwordFile), remoteSigner and privateKeyEnv";
    private const string UrlWanted = "http://HOST:PORT or https://HOST:PORT, without user, password or query";
    private static readonly TimeSpan s_usualTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromSeconds(30);

    public static AccountSection Read(JsonSection section, string folder)
    {
        string? keystore = section.OptionalText("keystore", "a keystore file");
        string? password = section.OptionalText("passwordFile", "a file that holds the keystore's password");
        string? env = section.OptionalText("privateKeyEnv", "the name of an environment variable");
        bool isRemote = section.Has("remoteSigner");
        RemoteSignerSection? remote = isRemote ? ReadRemote(section.Section("remoteSigner", ""), folder) : null;
        AccountSection account = new(keystore, password, env)
        {
            RemoteSigner = remote,
            AllowDumps = section.Flag("allowDumps", fallback: false),
        };
        section.RejectUnknown();
        if (!section.Exists)
            return account;
        int ways = (keystore is null ? 0 : 1) + (env is null ? 0 : 1) + (isRemote ? 1 : 0);
        if (ways != 1)
            section.Report(section.Path, ways switch { 0 => "no key", 2 => "two keys", _ => "three keys" }, OneOfThem);
        if (keystore is not null && password is null)
            section.ReportField("passwordFile", "nothing", "a file that holds the keystore's password");
        if (keystore is null && password is not null && ways == 1)
            section.ReportField("passwordFile", "a password without a keystore", "a keystore, or no passwordFile");
        CheckSecretFile(section, "keystore", keystore, folder);
        CheckSecretFile(section, "passwordFile", password, folder);
        return account;
    }

    private static RemoteSignerSection? ReadRemote(JsonSection section, string folder)
    {
        string kinds = $"a kind of signer: {string.Join(", ", RemoteSigners.Names)}";
        string kind = section.Text("kind", kinds);
        string url = section.Text("url", UrlWanted);
        string address = section.Text("address", "the account whose key it holds: 0x and 40 hexadecimal digits");
        TimeSpan timeout = section.Time(
            "timeout", $"how long an order waits for a signature, such as \"00:00:02\": above zero and at most {s_longestTimeout:c}",
            time => time > TimeSpan.Zero && time <= s_longestTimeout, s_usualTimeout);
        string? authorization = section.OptionalText("authorizationFile", "a file that holds the value of the Authorization header");
        section.RejectUnknown();
        if (kind.Length > 0 && !RemoteSigners.Names.Contains(kind))
            section.ReportField("kind", kind, kinds);
        if (address.Length > 0 && (!Address.TryParse(address, out Address account) || account.IsZero))
            section.ReportField("address", address, "the account whose key it holds: 0x and 40 hexadecimal digits");
        Uri? place = ReadUrl(section, url, hasCredential: authorization is not null);
        CheckSecretFile(section, "authorizationFile", authorization, folder);
        return place is not null && Address.TryParse(address, out Address found)
            ? new RemoteSignerSection(kind, place, found, timeout, authorization)
            : null;
    }

    // The text itself is never told: it may hold what should not stand there.
    private static Uri? ReadUrl(JsonSection section, string text, bool hasCredential)
    {
        if (text.Length == 0)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            section.ReportField("url", "no such address", UrlWanted);
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            section.ReportField("url", "a credential or a query in it", $"{UrlWanted}; a credential belongs into authorizationFile");
        else if (hasCredential && url.Scheme == "http" && !url.IsLoopback)
            section.ReportField("url", "http to another machine, with a credential", "https, or a signer on this machine");
        else
            return url;
        return null;
    }

    private static void CheckSecretFile(JsonSection section, string field, string? file, string folder)
    {
        if (file is null)
            return;
        string path = Path.GetFullPath(Path.Combine(folder, file));
        if (!File.Exists(path))
            section.ReportField(field, $"no file at {path}", "a file that exists");
        else if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            section.ReportField(field, $"{path}, which others may read", $"a file for its owner alone: chmod 600 {path}");
    }
}
