using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Encoding;

namespace FastRebalance.Ethereum.Contracts;

/// <summary>
/// A compiled executor contract that travels inside this assembly: its code, what compiled it, and the hashes of the sources. Made by
/// <c>./build.sh contracts</c>.
/// </summary>
public sealed class ExecutorArtifact
{
    private static readonly Lazy<ExecutorArtifact> s_current = new(() => Load("RebalanceExecutor.json"));
    private static readonly Lazy<ExecutorArtifact> s_leveraged = new(() => Load("LeveragedExecutor.json"));

    private readonly (int Start, int Length)[] _immutables;
    private readonly Dictionary<uint, (string Name, string[] Parameters)> _errors = [];

    private ExecutorArtifact(JsonElement root, string resource)
    {
        string Text(string name) => root.GetProperty(name).GetString() ?? throw new InvalidOperationException($"{resource} has no {name}");

        Compiler = Text("compiler");
        CodeSha256 = Text("codeSha256");
        CreationCode = Hex.Decode(Text("bytecode"));
        RuntimeCode = Hex.Decode(Text("deployedBytecode"));
        SourceSha256 = root.GetProperty("sources").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString() ?? "");
        _immutables = [.. root.GetProperty("immutables").EnumerateArray().Select(place => (place.GetProperty("start").GetInt32(), place.GetProperty("length").GetInt32()))];
        foreach (JsonElement entry in root.GetProperty("abi").EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "error"))
            AddError(entry);
        // Permit2's own (AllowanceTransfer.sol), which come through the executor as they are.
        _errors.Add(AbiSelector.Of("AllowanceExpired(uint256)").Value, ("AllowanceExpired", ["uint256 deadline"]));
        _errors.Add(AbiSelector.Of("InsufficientAllowance(uint256)").Value, ("InsufficientAllowance", ["uint256 amount"]));
    }

    /// <summary>The executor of what the vault holds.</summary>
    public static ExecutorArtifact Current => s_current.Value;

    /// <summary>The one that trades out of and into a lending market beside; it does and says all that the other does.</summary>
    public static ExecutorArtifact Leveraged => s_leveraged.Value;

    /// <summary>The compiler's own name of itself.</summary>
    public string Compiler { get; }

    /// <summary>SHA-256 over the hexadecimal digits of <see cref="CreationCode"/>.</summary>
    public string CodeSha256 { get; }

    /// <summary>Runs once, with the arguments behind it.</summary>
    public byte[] CreationCode { get; }

    /// <summary>What stands on the chain after it, with zeros where the chain's own values go.</summary>
    public byte[] RuntimeCode { get; }

    /// <summary>SHA-256 of each source file as it was compiled.</summary>
    public IReadOnlyDictionary<string, string> SourceSha256 { get; }

    /// <summary>True where this is the code of such an executor, whatever its vault and its chain are.</summary>
    public bool IsCodeOf(ReadOnlySpan<byte> deployed)
    {
        if (deployed.Length != RuntimeCode.Length)
            return false;
        byte[] masked = deployed.ToArray();
        foreach ((int start, int length) in _immutables)
            masked.AsSpan(start, length).Clear();
        return masked.AsSpan().SequenceEqual(RuntimeCode);
    }

    /// <summary>The contract's own error in words, such as <c>LimitNotMet(leg: 0, spent: 12, received: 3)</c>; null where it is none of its errors.</summary>
    /// <param name="revertData">Selector and arguments as the chain hands them back.</param>
    public string? DescribeError(ReadOnlySpan<byte> revertData)
    {
        if (!AbiSelector.TryRead(revertData, out AbiSelector selector) || !_errors.TryGetValue(selector.Value, out (string Name, string[] Parameters) error)
            || revertData.Length != AbiSelector.Length + error.Parameters.Length * AbiWriter.WordLength)
            return null;
        StringBuilder text = new(error.Name);
        text.Append('(');
        for (int i = 0; i < error.Parameters.Length; i++)
        {
            ReadOnlySpan<byte> word = revertData.Slice(AbiSelector.Length + i * AbiWriter.WordLength, AbiWriter.WordLength);
            string[] parameter = error.Parameters[i].Split(' ');
            text.Append(i == 0 ? "" : ", ").Append(parameter[1]).Append(": ").Append(parameter[0] switch
            {
                "address" => new Address(word[12..]).ToString(),
                "bytes32" => Hex.Encode(word),
                _ => UInt256.ReadBigEndian(word).ToString(),
            });
        }
        return text.Append(')').ToString();
    }

    /// <summary>What <see cref="CodeSha256"/> should be.</summary>
    public static string HashOf(ReadOnlySpan<byte> creationCode) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(creationCode))));

    private void AddError(JsonElement entry)
    {
        string name = entry.GetProperty("name").GetString()!;
        JsonElement[] inputs = [.. entry.GetProperty("inputs").EnumerateArray()];
        string types = string.Join(',', inputs.Select(input => input.GetProperty("type").GetString()));
        _errors.Add(AbiSelector.Of($"{name}({types})").Value, (name, [.. inputs.Select(
            input => $"{input.GetProperty("type").GetString()} {input.GetProperty("name").GetString()}")]));
    }

    private static ExecutorArtifact Load(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the assembly was built without its resource '{resource}'");
        using JsonDocument document = JsonDocument.Parse(stream);
        return new ExecutorArtifact(document.RootElement, resource);
    }
}
