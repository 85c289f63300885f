using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Ethereum.Rpc;

/// <summary>Reads the answers of the <c>eth_</c> methods. The reader stands at the value's first token.</summary>
internal static class RpcShapes
{
    public static BlockHeader? HeaderOrNull(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return reader.TokenType == JsonTokenType.Null ? null : Header(ref reader);
    }

    public static BlockHeader Header(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return Header(ref reader);
    }

    private static BlockHeader Header(ref Utf8JsonReader reader)
    {
        ulong? number = null, gasUsed = null, gasLimit = null, timestamp = null, baseFee = null;
        Hash32? hash = null, parent = null;
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("number"u8)) number = RpcRead.NumberOrNull(ref reader);
            else if (reader.ValueTextEquals("hash"u8)) hash = RpcRead.HashOrNull(ref reader);
            else if (reader.ValueTextEquals("parentHash"u8)) parent = RpcRead.Hash(ref reader);
            else if (reader.ValueTextEquals("timestamp"u8)) timestamp = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("baseFeePerGas"u8)) baseFee = RpcRead.NumberOrNull(ref reader);
            else if (reader.ValueTextEquals("gasUsed"u8)) gasUsed = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("gasLimit"u8)) gasLimit = RpcRead.Number(ref reader);
            else RpcRead.SkipValue(ref reader);
        }
        ulong seconds = RpcRead.Required(timestamp, "timestamp");
        return new BlockHeader
        {
            Number = RpcRead.Required(number, "number"),
            Hash = RpcRead.Required(hash, "hash"),
            ParentHash = RpcRead.Required(parent, "parentHash"),
            TimestampSeconds = seconds <= long.MaxValue ? (long)seconds : throw new JsonException("the timestamp is past the end of time"),
            BaseFeePerGasWei = baseFee ?? 0,
            GasUsed = RpcRead.Required(gasUsed, "gasUsed"),
            GasLimit = RpcRead.Required(gasLimit, "gasLimit"),
        };
    }

    /// <summary>The transaction hashes of a block that was asked for without bodies.</summary>
    public static Hash32[]? BlockTransactionHashes(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        List<Hash32>? hashes = null;
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (!reader.ValueTextEquals("transactions"u8))
            {
                RpcRead.SkipValue(ref reader);
                continue;
            }
            hashes = [];
            RpcRead.EnterArray(ref reader);
            while (RpcRead.NextElement(ref reader))
                hashes.Add(RpcRead.Hash(ref reader));
        }
        return [.. RpcRead.Required(hashes, "transactions")];
    }

    public static LogEntry[] Logs(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return Logs(ref reader);
    }

    private static LogEntry[] Logs(ref Utf8JsonReader reader)
    {
        List<LogEntry> logs = [];
        RpcRead.EnterArray(ref reader);
        while (RpcRead.NextElement(ref reader))
            logs.Add(Log(ref reader));
        return [.. logs];
    }

    public static LogEntry Log(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return Log(ref reader);
    }

    private static LogEntry Log(ref Utf8JsonReader reader)
    {
        Address? address = null;
        Hash32[]? topics = null;
        byte[]? data = null;
        uint? index = null;
        Hash32? block = null, transaction = null;
        ulong? number = null;
        bool removed = false;
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("address"u8)) address = RpcRead.Address(ref reader);
            else if (reader.ValueTextEquals("topics"u8)) topics = Topics(ref reader);
            else if (reader.ValueTextEquals("data"u8)) data = RpcRead.Data(ref reader);
            else if (reader.ValueTextEquals("logIndex"u8)) index = RpcRead.Number32(ref reader);
            else if (reader.ValueTextEquals("blockHash"u8)) block = RpcRead.HashOrNull(ref reader);
            else if (reader.ValueTextEquals("blockNumber"u8)) number = RpcRead.NumberOrNull(ref reader);
            else if (reader.ValueTextEquals("transactionHash"u8)) transaction = RpcRead.HashOrNull(ref reader);
            else if (reader.ValueTextEquals("removed"u8)) removed = RpcRead.Bool(ref reader);
            else RpcRead.SkipValue(ref reader);
        }
        return new LogEntry
        {
            Address = RpcRead.Required(address, "address"),
            Topics = RpcRead.Required(topics, "topics"),
            Data = RpcRead.Required(data, "data"),
            LogIndex = RpcRead.Required(index, "logIndex"),
            BlockHash = RpcRead.Required(block, "blockHash"),
            BlockNumber = RpcRead.Required(number, "blockNumber"),
            TransactionHash = RpcRead.Required(transaction, "transactionHash"),
            Removed = removed,
        };
    }

    private static Hash32[] Topics(ref Utf8JsonReader reader)
    {
        const int most = 4;
        List<Hash32> topics = new(most);
        RpcRead.EnterArray(ref reader);
        while (RpcRead.NextElement(ref reader))
            topics.Add(RpcRead.Hash(ref reader));
        return topics.Count <= most ? [.. topics] : throw new JsonException($"a log has {topics.Count} topics");
    }

    public static Receipt? ReceiptOrNull(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        Hash32? hash = null, block = null;
        ulong? number = null, status = null, gasUsed = null;
        UInt256? price = null, dataFee = null;
        Address? from = null, to = null, created = null;
        uint? index = null;
        LogEntry[]? logs = null;
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("transactionHash"u8)) hash = RpcRead.Hash(ref reader);
            else if (reader.ValueTextEquals("blockHash"u8)) block = RpcRead.HashOrNull(ref reader);
            else if (reader.ValueTextEquals("blockNumber"u8)) number = RpcRead.NumberOrNull(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("gasUsed"u8)) gasUsed = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("effectiveGasPrice"u8)) price = RpcRead.Wide(ref reader);
            else if (reader.ValueTextEquals("l1Fee"u8)) dataFee = WideOrNull(ref reader);
            else if (reader.ValueTextEquals("from"u8)) from = RpcRead.Address(ref reader);
            else if (reader.ValueTextEquals("to"u8)) to = RpcRead.AddressOrNull(ref reader);
            else if (reader.ValueTextEquals("contractAddress"u8)) created = RpcRead.AddressOrNull(ref reader);
            else if (reader.ValueTextEquals("transactionIndex"u8)) index = RpcRead.Number32(ref reader);
            else if (reader.ValueTextEquals("logs"u8)) logs = Logs(ref reader);
            else RpcRead.SkipValue(ref reader);
        }
        return new Receipt
        {
            TransactionHash = RpcRead.Required(hash, "transactionHash"),
            BlockHash = RpcRead.Required(block, "blockHash"),
            BlockNumber = RpcRead.Required(number, "blockNumber"),
            Succeeded = RpcRead.Required(status, "status") switch
            {
                0 => false,
                1 => true,
                ulong other => throw new JsonException($"a receipt's status is 0 or 1, found {other}"),
            },
            GasUsed = RpcRead.Required(gasUsed, "gasUsed"),
            EffectiveGasPriceWei = RpcRead.Required(price, "effectiveGasPrice"),
            DataFeeWei = dataFee ?? UInt256.Zero,
            From = RpcRead.Required(from, "from"),
            To = to,
            ContractAddress = created,
            TransactionIndex = RpcRead.Required(index, "transactionIndex"),
            Logs = RpcRead.Required(logs, "logs"),
        };
    }

    public static NodeTransaction? TransactionOrNull(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        return reader.TokenType == JsonTokenType.Null ? null : Transaction(ref reader);
    }

    /// <summary>A hash, or a whole transaction, as <c>newPendingTransactions</c> pushes it.</summary>
    public static PendingTransaction Pending(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = RpcRead.Start(json);
        if (reader.TokenType == JsonTokenType.String)
            return new PendingTransaction(RpcRead.Hash(ref reader), null);
        NodeTransaction body = Transaction(ref reader);
        return new PendingTransaction(body.Hash, body);
    }

    private static NodeTransaction Transaction(ref Utf8JsonReader reader)
    {
        Hash32? hash = null, block = null;
        Address? from = null, to = null;
        ulong? nonce = null, type = null, gas = null, number = null;
        UInt256? value = null, price = null, cap = null, tip = null;
        byte[]? input = null;
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("hash"u8)) hash = RpcRead.Hash(ref reader);
            else if (reader.ValueTextEquals("from"u8)) from = RpcRead.Address(ref reader);
            else if (reader.ValueTextEquals("to"u8)) to = RpcRead.AddressOrNull(ref reader);
            else if (reader.ValueTextEquals("nonce"u8)) nonce = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("type"u8)) type = RpcRead.NumberOrNull(ref reader);
            else if (reader.ValueTextEquals("gas"u8)) gas = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("value"u8)) value = RpcRead.Wide(ref reader);
            else if (reader.ValueTextEquals("input"u8)) input = RpcRead.Data(ref reader);
            else if (reader.ValueTextEquals("gasPrice"u8)) price = WideOrNull(ref reader);
            else if (reader.ValueTextEquals("maxFeePerGas"u8)) cap = WideOrNull(ref reader);
            else if (reader.ValueTextEquals("maxPriorityFeePerGas"u8)) tip = WideOrNull(ref reader);
            else if (reader.ValueTextEquals("blockHash"u8)) block = RpcRead.HashOrNull(ref reader);
            else if (reader.ValueTextEquals("blockNumber"u8)) number = RpcRead.NumberOrNull(ref reader);
            else RpcRead.SkipValue(ref reader);
        }
        return new NodeTransaction
        {
            Hash = RpcRead.Required(hash, "hash"),
            From = RpcRead.Required(from, "from"),
            To = to,
            Nonce = RpcRead.Required(nonce, "nonce"),
            Type = type is null or <= byte.MaxValue ? (byte)(type ?? 0) : throw new JsonException($"no transaction type: {type}"),
            GasLimit = RpcRead.Required(gas, "gas"),
            ValueWei = RpcRead.Required(value, "value"),
            Input = RpcRead.Required(input, "input"),
            MaxFeePerGasWei = RpcRead.Required(cap ?? price, "maxFeePerGas"),
            MaxPriorityFeePerGasWei = RpcRead.Required(tip ?? price, "maxPriorityFeePerGas"),
            BlockHash = block,
            BlockNumber = number,
        };
    }

    private static UInt256? WideOrNull(ref Utf8JsonReader reader) => RpcRead.IsNull(ref reader) ? null : RpcRead.Wide(ref reader);

    public static TouchedState TouchedState(ReadOnlySpan<byte> json)
    {
        List<AccessListEntry> entries = [];
        ulong? gas = null;
        string? failure = null;
        Utf8JsonReader reader = RpcRead.Start(json);
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("gasUsed"u8)) gas = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("error"u8)) failure = RpcRead.TextOrNull(ref reader);
            else if (reader.ValueTextEquals("accessList"u8))
            {
                RpcRead.EnterArray(ref reader);
                while (RpcRead.NextElement(ref reader))
                    entries.Add(TouchedAccount(ref reader));
            }
            else if (reader.TokenType == JsonTokenType.PropertyName) RpcRead.SkipValue(ref reader);
        }
        return new TouchedState([.. entries], RpcRead.Required(gas, "gasUsed"), failure);
    }

    private static AccessListEntry TouchedAccount(ref Utf8JsonReader reader)
    {
        Address? address = null;
        List<Hash32> slots = [];
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("address"u8)) address = RpcRead.Address(ref reader);
            else if (reader.ValueTextEquals("storageKeys"u8))
            {
                RpcRead.EnterArray(ref reader);
                while (RpcRead.NextElement(ref reader))
                    slots.Add(RpcRead.Hash(ref reader));
            }
            else if (reader.TokenType == JsonTokenType.PropertyName) RpcRead.SkipValue(ref reader);
        }
        return new AccessListEntry(RpcRead.Required(address, "address"), slots.ToArray());
    }

    public static FeeHistory FeeHistory(ReadOnlySpan<byte> json)
    {
        ulong? oldest = null;
        ulong[]? baseFees = null;
        List<double>? ratios = null;
        List<ulong[]> rewards = [];
        Utf8JsonReader reader = RpcRead.Start(json);
        RpcRead.ExpectObject(reader);
        while (RpcRead.NextMember(ref reader))
        {
            if (reader.ValueTextEquals("oldestBlock"u8)) oldest = RpcRead.Number(ref reader);
            else if (reader.ValueTextEquals("baseFeePerGas"u8)) baseFees = Numbers(ref reader);
            else if (reader.ValueTextEquals("gasUsedRatio"u8)) ratios = Ratios(ref reader);
            else if (reader.ValueTextEquals("reward"u8) && !RpcRead.IsNull(ref reader))
            {
                RpcRead.EnterArray(ref reader);
                while (RpcRead.NextElement(ref reader))
                    rewards.Add(Numbers(ref reader));
            }
            else if (reader.TokenType == JsonTokenType.PropertyName) RpcRead.SkipValue(ref reader);
        }
        return new FeeHistory
        {
            OldestBlock = RpcRead.Required(oldest, "oldestBlock"),
            BaseFeePerGasWei = RpcRead.Required(baseFees, "baseFeePerGas"),
            GasUsedRatio = [.. RpcRead.Required(ratios, "gasUsedRatio")],
            RewardWei = [.. rewards],
        };
    }

    private static ulong[] Numbers(ref Utf8JsonReader reader)
    {
        List<ulong> numbers = [];
        RpcRead.EnterArray(ref reader);
        while (RpcRead.NextElement(ref reader))
            numbers.Add(RpcRead.Number(ref reader));
        return [.. numbers];
    }

    private static List<double> Ratios(ref Utf8JsonReader reader)
    {
        List<double> ratios = [];
        RpcRead.EnterArray(ref reader);
        while (RpcRead.NextElement(ref reader))
            ratios.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double ratio)
                ? ratio
                : throw new JsonException("a gas ratio is a number"));
        return ratios;
    }
}
