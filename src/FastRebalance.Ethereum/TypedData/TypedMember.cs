namespace FastRebalance.Ethereum.TypedData;

/// <summary>One member of a struct: its name, and its type as Solidity writes it.</summary>
internal sealed record TypedMember(string Name, string Type)
{
    /// <summary><c>Mail(Person from,string contents)</c></summary>
    public static string Describe(string structName, IEnumerable<TypedMember> members) =>
        $"{structName}({string.Join(',', members.Select(static m => $"{m.Type} {m.Name}"))})";
}
