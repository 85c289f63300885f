using System.Text.Json;
using FastRebalance.Core.Assets;

namespace FastRebalance.Ethereum.Transactions;

/// <summary>
/// Reads an unsigned transaction in the form of JSON-RPC: <c>{type, chainId, nonce, to, value, gas, maxFeePerGas, …}</c>. Strict: quantities
/// are JSON integers, decimal digits or 0x and digits without leading zeros; what the type does not have, what nobody knows and what is
/// there twice is a mistake, and every mistake is told with its path. Nothing is filled in but a value of 0 and empty data and lists.
/// For set-up.
/// </summary>
public sealed class TransactionJsonReader
{
    private readonly JsonProblems _problems = new();
    private TransactionFields _fields;
    private Address? _from;

    private TransactionJsonReader() { }

    /// <summary>Reads one transaction.</summary>
    /// <param name="utf8Json">The JSON object.</param>
    /// <param name="fields">What it says; meaningless where there are problems.</param>
    /// <param name="from">The account that is to sign, where the object names one.</param>
    /// <returns>Every mistake; empty where it can be signed.</returns>
    public static IReadOnlyList<TransactionProblem> Read(ReadOnlyMemory<byte> utf8Json, out TransactionFields fields, out Address? from)
    {
        TransactionJsonReader reader = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json);
            reader.ReadAll(document.RootElement);
        }
        catch (JsonException broken)
        {
            reader._problems.Add("the file", "text that is not JSON", $"one JSON object ({broken.Message})");
        }
        fields = reader._fields;
        from = reader._from;
        return reader._problems.All;
    }

    private void ReadAll(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _problems.Add("the file", root.ValueKind.ToString().ToLowerInvariant(), "one JSON object");
            return;
        }
        JsonMembers members = new(root, "", _problems);
        ReadKind(members);
        if (_fields.Kind == TransactionKind.Unknown) return; // the rest depends on it
        ReadCommon(members);
        ReadFees(members);
        if (_fields.Kind != TransactionKind.Legacy) _fields.AccessList = ReadAccessList(members);
        if (_fields.Kind == TransactionKind.SetCode) _fields.AuthorizationList = ReadAuthorizations(members);
        members.RefuseTheRest($"the members of a type {TransactionEncoder.WireType(_fields.Kind)} transaction alone");
        if (_problems.All.Count == 0) CheckRules();
    }

    private void ReadKind(JsonMembers members)
    {
        const string Wanted = "0, 1, 2 or 4";
        if (!members.TryTake("type", Wanted, out JsonElement type)) return;
        if (!JsonQuantity.TryRead(type, out UInt256 number))
            _problems.Add("type", JsonProblems.Shown(type), Wanted);
        else if (number == 3UL)
            _problems.Add("type", "3", $"{Wanted}: blobs are not signed here");
        else if (number > 4UL)
            _problems.Add("type", number.ToString(), Wanted);
        else
            _fields.Kind = TransactionKind.Legacy + (byte)number.Limb0;
    }

    private void ReadCommon(JsonMembers members)
    {
        _fields.ChainId = members.UInt64("chainId", "the chain's id, from 1 on");
        if (_fields.ChainId == 0 && !_problems.Has("chainId")) _problems.Add("chainId", "0", "the chain's id, from 1 on: without one the transaction would be good on every chain");
        _fields.Nonce = members.UInt64("nonce", "the account's next number");
        ReadRecipient(members);
        _fields.ValueWei = members.Has("value") ? members.UInt256("value", "wei") : default;
        _fields.GasLimit = members.UInt64(members.OneOf("gas", "gasLimit"), "the most gas it may use");
        _fields.Data = members.Has("data") || members.Has("input") ? members.Bytes(members.OneOf("data", "input")) : default;
        if (members.Has("from")) _from = members.Address("from", "the account that signs");
    }

    private void ReadRecipient(JsonMembers members)
    {
        bool mayCreate = _fields.Kind <= TransactionKind.DynamicFee;
        string wanted = mayCreate ? "an address, or null to create a contract" : "an address: this type cannot create a contract";
        if (mayCreate && members.TryTakeNull("to")) return;
        _fields.To = members.Address("to", wanted);
    }

    private void ReadFees(JsonMembers members)
    {
        if (!_fields.HasTip)
        {
            _fields.MaxFeePerGasWei = members.UInt256("gasPrice", "wei per gas");
            return;
        }
        _fields.MaxPriorityFeePerGasWei = members.UInt256("maxPriorityFeePerGas", "wei per gas");
        _fields.MaxFeePerGasWei = members.UInt256("maxFeePerGas", "wei per gas");
    }

    private AccessListEntry[] ReadAccessList(JsonMembers members)
    {
        List<AccessListEntry> entries = [];
        foreach (JsonMembers entry in members.Objects("accessList", isOptional: true))
        {
            Address address = entry.Address("address", "the account that is touched");
            entries.Add(new AccessListEntry(address, entry.Hashes("storageKeys")));
            entry.RefuseTheRest("address and storageKeys alone");
        }
        return [.. entries];
    }

    private Authorization[] ReadAuthorizations(JsonMembers members)
    {
        List<Authorization> entries = [];
        foreach (JsonMembers entry in members.Objects("authorizationList", isOptional: false))
        {
            entries.Add(new Authorization
            {
                ChainId = entry.UInt256("chainId", "the chain's id, or 0 for every chain"),
                Delegate = entry.Address("address", "the contract whose code the account takes"),
                Nonce = entry.UInt64("nonce", "the account's number"),
                YParity = entry.Parity("yParity"),
                R = entry.Word("r"),
                S = entry.Word("s"),
            });
            entry.RefuseTheRest("chainId, address, nonce, yParity, r and s alone");
        }
        if (entries.Count == 0 && !_problems.Has("authorizationList"))
            _problems.Add("authorizationList", "an empty list", "at least one authorization");
        for (int i = 0; i < entries.Count && _problems.All.Count == 0; i++)
            if (!entries[i].TryRecoverAuthority(out _))
                _problems.Add($"authorizationList[{i}]", "a signature that leads to no account", "one that the chain would not skip");
        return [.. entries];
    }

    private void CheckRules()
    {
        TransactionVerdict verdict = TransactionRules.Check(in _fields, _fields.ChainId.GetValueOrDefault());
        if (verdict.IsValid) return;
        string path = verdict.Field switch
        {
            TransactionField.Nonce => "nonce",
            TransactionField.MaxPriorityFeePerGas => "maxPriorityFeePerGas",
            TransactionField.MaxFeePerGas => _fields.HasTip ? "maxFeePerGas" : "gasPrice",
            TransactionField.GasLimit => "gas",
            TransactionField.Data => "data",
            _ => "chainId",
        };
        string wanted = verdict.Status == TransactionStatus.IntrinsicGasTooLow
            ? $"at least {TransactionRules.IntrinsicGas(in _fields)}, which it costs before its first instruction"
            : "what a chain accepts";
        _problems.Add(path, TransactionVerdictText.Of(verdict), wanted);
    }
}
