using System.Text.Json;
using FastRebalance.Core.Assets;
using FastRebalance.Core.Hashing;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Tests;

namespace FastRebalance.UnitTests.Ethereum.Transactions;

public sealed class TransactionDecoderTests(ITestOutputHelper output)
{
    // Each file lists what every fork of its time answers. The rules here are those of the newest one, so the newest answer a file
    // gives counts; it covers all three kinds, being London or later in every file.
    private static readonly string[] s_newestFirst = ["Cancun", "Shanghai", "Paris", "London"];

    [Fact]
    public void Decode_OfficialFiles_AgreesWithEveryVerdict()
    {
        string folder = SharedFiles.PathOf("vectors", "ethereum", "TransactionTests");
        int valid = 0, invalid = 0;
        List<string> wrong = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty test in file.RootElement.EnumerateObject())
            {
                JsonElement result = test.Value.GetProperty("result");
                JsonElement expected = result.GetProperty(s_newestFirst.First(fork => result.TryGetProperty(fork, out _)));
                if (expected.TryGetProperty("exception", out JsonElement exception))
                {
                    invalid++;
                    TransactionVerdict verdict = DecodeAndCheck(test.Value.Bytes("txbytes"), out _, out _);
                    if (!IsNameFor(exception.GetString()!, verdict) && !IsTheOtherFault(test.Name, verdict)) wrong.Add($"{test.Name}: wanted {exception}, found {verdict}");
                }
                else
                {
                    valid++;
                    if (FlawOfValid(test.Value.Bytes("txbytes"), expected) is { } flaw) wrong.Add($"{test.Name}: {flaw}");
                }
            }
        }
        output.WriteLine($"{valid} valid, {invalid} invalid");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal((50, 160), (valid, invalid));
    }

    [Fact]
    public void Decode_ChainFile_GivesEveryHashAndSenderTheNodesReport()
    {
        Dictionary<string, string> senders = SendersTheNodesReport();
        HashSet<string> funded = FundedAtGenesis();
        Dictionary<Address, ulong> nextNonces = [];
        byte[] chain = File.ReadAllBytes(SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests", "chain.rlp"));
        Dictionary<string, int> counts = [];
        int blocks = 0, confirmed = 0;
        RlpReader reader = new(chain);
        while (!reader.AtEnd)
        {
            Assert.True(reader.TryReadList(out RlpReader block));
            Assert.True(block.TryReadEncoded(out _));
            Assert.True(block.TryReadList(out RlpReader transactions));
            while (!transactions.AtEnd)
            {
                byte[] raw = NextRaw(ref transactions);
                TransactionVerdict verdict = TransactionDecoder.Decode(raw, out SignedTransaction transaction);
                Assert.True(verdict.IsValid, $"block {blocks}: {verdict}");
                string name = transaction.Fields.Kind.ToString();
                counts[name] = counts.GetValueOrDefault(name) + 1;
                Assert.True(transaction.TryRecoverSender(out Address sender));
                AssertEncodesBack(in transaction, raw);
                // A wrong key would give an account that nobody funded, and whose count does not fit.
                Assert.Contains(sender.ToString(), funded);
                Assert.Equal(nextNonces.GetValueOrDefault(sender), transaction.Fields.Nonce);
                nextNonces[sender] = transaction.Fields.Nonce + 1;
                foreach (Authorization authorization in transaction.Fields.AuthorizationList.Span)
                {
                    Assert.True(authorization.TryRecoverAuthority(out Address authority));
                    Assert.Equal(nextNonces.GetValueOrDefault(authority), authorization.Nonce);
                    nextNonces[authority] = authorization.Nonce + 1; // the chain counts it like a transaction
                }
                if (!senders.TryGetValue(transaction.Hash.ToString(), out string? reported)) continue;
                Assert.Equal(reported, sender.ToString());
                confirmed++;
            }
            blocks++;
        }
        output.WriteLine($"{blocks} blocks, {confirmed} senders confirmed by answers of nodes; "
            + string.Join(", ", counts.OrderBy(static pair => pair.Key, StringComparer.Ordinal)));
        Assert.Equal(54, blocks);
        Assert.Equal(13, confirmed);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["Legacy"] = 196, ["AccessList"] = 23, ["DynamicFee"] = 23, ["Blob"] = 6, ["SetCode"] = 1,
            },
            counts);
    }

    [Fact]
    public void Decode_RawTransactionsSentToNodes_GivesTheHashTheyAnswered()
    {
        string folder = SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests", "eth_sendRawTransaction");
        int count = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*.io"))
        {
            string[] lines = File.ReadAllLines(path);
            using JsonDocument request = JsonDocument.Parse(lines.Single(static line => line.StartsWith(">> ", StringComparison.Ordinal))[3..]);
            using JsonDocument answer = JsonDocument.Parse(lines.Single(static line => line.StartsWith("<< ", StringComparison.Ordinal))[3..]);
            byte[] raw = Hex.Decode(request.RootElement.GetProperty("params")[0].GetString());
            TransactionVerdict verdict = TransactionDecoder.Decode(raw, out SignedTransaction transaction);
            Assert.True(verdict.IsValid, $"{path}: {verdict}");
            Assert.Equal(answer.RootElement.Text("result"), transaction.Hash.ToString());
            Assert.Equal(raw[0] == 3, transaction.HasSidecar);
            count++;
        }
        output.WriteLine($"{count} transactions");
        Assert.Equal(5, count);
    }

    [Theory]
    [InlineData("", TransactionStatus.Truncated)]
    [InlineData("02", TransactionStatus.Truncated)]
    [InlineData("0280", TransactionStatus.ListWanted)]
    [InlineData("02c0", TransactionStatus.TooFewFields)]
    [InlineData("03c0", TransactionStatus.TooFewFields)]
    [InlineData("03c1c0", TransactionStatus.TooFewFields)]
    [InlineData("04c0", TransactionStatus.TooFewFields)]
    [InlineData("05c0", TransactionStatus.UnknownType)]
    [InlineData("80", TransactionStatus.UnknownType)]
    [InlineData("c000", TransactionStatus.TrailingBytes)]
    public void Decode_NotATransaction_NamesTheReason(string hex, TransactionStatus expected) =>
        Assert.Equal(expected, TransactionDecoder.Decode(Convert.FromHexString(hex), out _).Status);

    // Every changed byte must end in a named verdict; what is still valid is another transaction with another hash.
    [Theory]
    [InlineData(TransactionKind.DynamicFee)]
    [InlineData(TransactionKind.SetCode)]
    public void Decode_EveryChangedOrMissingByte_EndsInAVerdict(TransactionKind kind)
    {
        TransactionFields fields = new()
        {
            Kind = kind,
            ChainId = 1,
            GasLimit = 100_000,
            To = Address.Zero,
            Data = new byte[70],
            AccessList = new[] { new AccessListEntry(Address.Zero, new Hash32[2]) },
            AuthorizationList = kind == TransactionKind.SetCode ? new Authorization[] { new() { R = 1, S = UInt256.MaxValue, YParity = 9 } } : default,
        };
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        int length = TransactionEncoder.Sign(in fields, TransactionEncoderTests.KeyOf(0x46), raw, out Hash32 hash);
        for (int at = 0; at < length; at++)
        {
            Assert.False(TransactionDecoder.Decode(raw.AsMemory(0, at), out _).IsValid);
            for (int value = 0; value < 256; value++)
            {
                if (raw[at] == value) continue;
                byte[] changed = raw[..length];
                changed[at] = (byte)value;
                TransactionVerdict verdict = TransactionDecoder.Decode(changed, out SignedTransaction decoded);
                Assert.NotEqual(TransactionStatus.Unchecked, verdict.Status);
                if (!verdict.IsValid) continue;
                Assert.NotEqual(hash, decoded.Hash);
                AssertEncodesBack(in decoded, changed);
            }
        }
    }

    [Fact]
    public void Decode_WithoutAccessList_AllocatesNothingAndSlicesTheData()
    {
        TransactionFields fields = new() { Kind = TransactionKind.DynamicFee, ChainId = 1, To = Address.Zero, Data = new byte[] { 1, 2, 3 } };
        byte[] raw = new byte[TransactionEncoder.MaxLength(in fields)];
        ReadOnlyMemory<byte> exact = raw.AsMemory(0, TransactionEncoder.Sign(in fields, TransactionEncoderTests.KeyOf(0x46), raw, out _));
        TransactionDecoder.Decode(exact, out SignedTransaction transaction);
        transaction.TryRecoverSender(out _);
        AllocationWatch watch = new();
        while (watch.Next())
            for (int i = 0; i < 20; i++)
            {
                TransactionDecoder.Decode(exact, out transaction);
                transaction.TryRecoverSender(out _);
            }
        Assert.Equal(0, watch.LeastBytes);
        Assert.True(exact.Span.Overlaps(transaction.Fields.Data.Span));
        Assert.Equal([1, 2, 3], transaction.Fields.Data.ToArray());
    }

    [Fact]
    public void FloorGas_SincePrague_CountsTokensOfTen()
    {
        Assert.Equal(21_000UL, TransactionRules.FloorGas([]));
        Assert.Equal(21_000UL + 10 * (2 + 4 * 3), TransactionRules.FloorGas([0, 1, 0, 2, 3]));
    }

    private static TransactionVerdict DecodeAndCheck(byte[] raw, out SignedTransaction transaction, out Address sender)
    {
        sender = default;
        TransactionVerdict verdict = TransactionDecoder.Decode(raw, out transaction);
        if (verdict.IsValid) verdict = TransactionRules.Check(in transaction.Fields, chainId: 1);
        if (verdict.IsValid && !transaction.TryRecoverSender(out sender)) verdict = new(TransactionStatus.SenderNotRecoverable);
        return verdict;
    }

    private static string? FlawOfValid(byte[] raw, JsonElement expected)
    {
        TransactionVerdict verdict = DecodeAndCheck(raw, out SignedTransaction transaction, out Address sender);
        if (!verdict.IsValid) return $"refused: {verdict}";
        AssertEncodesBack(in transaction, raw);
        return transaction.Hash.ToString() != expected.Text("hash") ? "hash"
            : sender.ToString() != expected.Text("sender").ToLowerInvariant() ? "sender"
            : TransactionRules.IntrinsicGas(in transaction.Fields) != expected.Number("intrinsicGas").Limb0 ? "intrinsic gas"
            : null;
    }

    /// <summary>Files that are wrong in two ways, where ours names the one the file does not.</summary>
    private static bool IsTheOtherFault(string name, TransactionVerdict verdict) => name switch
    {
        "TransactionWithGasLimitOverflowZeros64" => verdict is (TransactionStatus.LeadingZero, TransactionField.GasLimit),
        "WrongVRSTestVOverflow" or "V_overflow32bit" or "V_overflow32bitSigned" or "V_overflow64bitPlus27" or "V_overflow64bitPlus28" =>
            verdict is (TransactionStatus.SignatureOutOfRange, TransactionField.S),
        // Cancun knew no type 4; since Prague it is one whose authorizations are missing.
        "RLP_04_maxFeePerGas32BytesValue" => verdict is (TransactionStatus.ListWanted, TransactionField.AuthorizationList),
        _ => false,
    };

    /// <summary>The files' names for a refusal and ours. Several of theirs say where and what in one word; ours keep the two apart.</summary>
    private static bool IsNameFor(string exception, TransactionVerdict verdict)
    {
        (TransactionStatus status, TransactionField field) = (verdict.Status, verdict.Field);
        return exception["TransactionException.".Length..] switch
        {
            "INVALID_CHAINID" => status is TransactionStatus.WrongChain or TransactionStatus.VOutOfRange || verdict is (TransactionStatus.TooLong, TransactionField.V),
            "INVALID_SIGNATURE_VRS" => status is TransactionStatus.SignatureOutOfRange or TransactionStatus.VOutOfRange
                || (status is TransactionStatus.TooLong && field is TransactionField.R or TransactionField.S or TransactionField.V),
            "EC_RECOVERY_FAIL" => status is TransactionStatus.SenderNotRecoverable,
            "INTRINSIC_GAS_TOO_LOW" => status is TransactionStatus.IntrinsicGasTooLow,
            "INITCODE_SIZE_EXCEEDED" => status is TransactionStatus.InitCodeTooLong,
            "NONCE_TOO_BIG" => status is TransactionStatus.NonceExhausted,
            "GASLIMIT_PRICE_PRODUCT_OVERFLOW" => status is TransactionStatus.FeeOverflow,
            "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2" => status is TransactionStatus.TipAboveMaxFee,
            "TYPE_NOT_SUPPORTED" => status is TransactionStatus.UnknownType,
            "RLP_ERROR_EOF" or "RLP_INVALID_HEADER" => status is TransactionStatus.UnknownType,
            "RLP_ERROR_SIZE" => status is TransactionStatus.Truncated or TransactionStatus.TrailingBytes or TransactionStatus.NotCanonical,
            "RLP_ERROR_SIZE_LEADING_ZEROS" => status is TransactionStatus.NotCanonical,
            "RLP_TOO_FEW_ELEMENTS" => status is TransactionStatus.TooFewFields,
            "RLP_TOO_MANY_ELEMENTS" => status is TransactionStatus.TooManyFields,
            "RLP_LEADING_ZEROS_DATA_SIZE" => verdict is (TransactionStatus.NotCanonical, TransactionField.Data),
            "RLP_LEADING_ZEROS_NONCE_SIZE" => verdict is (TransactionStatus.NotCanonical, TransactionField.Nonce),
            "RLP_LEADING_ZEROS_NONCE" => verdict is (TransactionStatus.LeadingZero, TransactionField.Nonce),
            "RLP_LEADING_ZEROS_GASPRICE" or "RLP_LEADING_ZEROS_BASEFEE" => verdict is (TransactionStatus.LeadingZero, TransactionField.MaxFeePerGas),
            "RLP_LEADING_ZEROS_PRIORITY_FEE" => verdict is (TransactionStatus.LeadingZero, TransactionField.MaxPriorityFeePerGas),
            "RLP_LEADING_ZEROS_GASLIMIT" => verdict is (TransactionStatus.LeadingZero, TransactionField.GasLimit),
            "RLP_LEADING_ZEROS_VALUE" => verdict is (TransactionStatus.LeadingZero, TransactionField.Value),
            "RLP_LEADING_ZEROS_V" => verdict is (TransactionStatus.LeadingZero, TransactionField.V),
            "RLP_LEADING_ZEROS_R" => verdict is (TransactionStatus.LeadingZero, TransactionField.R),
            "RLP_LEADING_ZEROS_S" => verdict is (TransactionStatus.LeadingZero, TransactionField.S),
            "NONCE_OVERFLOW" => verdict is (TransactionStatus.TooLong, TransactionField.Nonce),
            "GASPRICE_OVERFLOW" => verdict is (TransactionStatus.TooLong, TransactionField.MaxFeePerGas),
            "PRIORITY_OVERFLOW" => verdict is (TransactionStatus.TooLong, TransactionField.MaxPriorityFeePerGas),
            "GASLIMIT_OVERFLOW" => verdict is (TransactionStatus.TooLong, TransactionField.GasLimit),
            "VALUE_OVERFLOW" => verdict is (TransactionStatus.TooLong, TransactionField.Value),
            "ADDRESS_TOO_LONG" => verdict is (TransactionStatus.TooLong, TransactionField.To),
            "ADDRESS_TOO_SHORT" => verdict is (TransactionStatus.TooShort, TransactionField.To),
            "RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_LONG" => verdict is (TransactionStatus.TooLong, TransactionField.AccessListAddress),
            "RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_SHORT" => verdict is (TransactionStatus.TooShort, TransactionField.AccessListAddress),
            "RLP_INVALID_ACCESS_LIST_STORAGE_TOO_LONG" => verdict is (TransactionStatus.TooLong, TransactionField.AccessListSlot),
            "RLP_INVALID_ACCESS_LIST_STORAGE_TOO_SHORT" => verdict is (TransactionStatus.TooShort, TransactionField.AccessListSlot),
            "RLP_INVALID_NONCE" => verdict is (TransactionStatus.ListFound, TransactionField.Nonce),
            "RLP_INVALID_GASLIMIT" => verdict is (TransactionStatus.ListFound, TransactionField.GasLimit),
            "RLP_INVALID_TO" => verdict is (TransactionStatus.ListFound, TransactionField.To),
            "RLP_INVALID_DATA" => verdict is (TransactionStatus.ListFound, TransactionField.Data),
            "RLP_INVALID_SIGNATURE_R" => verdict is (TransactionStatus.ListFound, TransactionField.R),
            "RLP_INVALID_SIGNATURE_S" => verdict is (TransactionStatus.ListFound, TransactionField.S),
            _ => false,
        };
    }

    private static void AssertEncodesBack(in SignedTransaction transaction, byte[] raw)
    {
        byte[] buffer = new byte[TransactionEncoder.MaxLength(in transaction.Fields)];
        int length = TransactionEncoder.EncodeSigned(in transaction.Fields, in transaction.Signature, buffer);
        Assert.Equal(raw, buffer[..length]);
        Assert.Equal(Keccak256.Hash(raw), transaction.Hash);
    }

    // In a block a legacy transaction is a list, a typed one a string of bytes.
    private static byte[] NextRaw(ref RlpReader transactions)
    {
        ReadOnlySpan<byte> raw;
        Assert.True(transactions.NextIsList ? transactions.TryReadEncoded(out raw) : transactions.TryReadBytes(out raw));
        return raw.ToArray();
    }

    private static HashSet<string> FundedAtGenesis()
    {
        using JsonDocument genesis = Vectors.Open("ethereum", "execution-apis", "tests", "genesis.json");
        return
        [
            .. genesis.RootElement.GetProperty("alloc").EnumerateObject()
                .Select(static account => "0x" + account.Name.Replace("0x", "", StringComparison.Ordinal).ToLowerInvariant()),
        ];
    }

    private static Dictionary<string, string> SendersTheNodesReport()
    {
        Dictionary<string, string> senders = new(StringComparer.Ordinal);
        string folder = SharedFiles.PathOf("vectors", "ethereum", "execution-apis", "tests");
        foreach (string path in Directory.EnumerateFiles(folder, "*.io", SearchOption.AllDirectories))
        {
            if (path.Contains("simulate", StringComparison.OrdinalIgnoreCase)) continue; // made-up transactions
            foreach (string line in File.ReadLines(path).Where(static line => line.StartsWith("<< ", StringComparison.Ordinal)))
            {
                using JsonDocument answer = JsonDocument.Parse(line[3..]);
                Collect(answer.RootElement, senders);
            }
        }
        return senders;
    }

    private static void Collect(JsonElement element, Dictionary<string, string> senders)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray()) Collect(item, senders);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("from", out JsonElement from) && from.ValueKind == JsonValueKind.String
                && (element.TryGetProperty("transactionHash", out JsonElement hash) || element.TryGetProperty("hash", out hash)))
                senders[hash.GetString()!] = from.GetString()!;
            foreach (JsonProperty member in element.EnumerateObject()) Collect(member.Value, senders);
        }
    }
}
