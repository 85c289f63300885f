using System.Text.Json;

namespace FastRebalance.UnitTests.Ethereum.Rpc;

/// <summary>The words of a scripted node.</summary>
internal static class Json
{
    public static long Id(JsonElement request) => request.GetProperty("id").GetInt64();

    public static string Method(JsonElement request) => request.GetProperty("method").GetString()!;

    public static string Result(JsonElement request, string result) => Result(Id(request), result);

    public static string Result(long id, string result) => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";

    public static string Error(JsonElement request, int code, string message, string data = "null") =>
        $$$"""{"jsonrpc":"2.0","id":{{{Id(request)}}},"error":{"code":{{{code}}},"message":"{{{message}}}","data":{{{data}}}}}""";

    public static string Notification(string subscription, string result) =>
        $$$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"{{{subscription}}}","result":{{{result}}}}}""";

    public static string Hash(int seed) => "0x" + seed.ToString("x64");

    public static string Header(int number, int? parent = null) =>
        $$"""
        {"number":"0x{{number:x}}","hash":"{{Hash(number)}}","parentHash":"{{Hash(parent ?? number - 1)}}","timestamp":"0x{{1000 + number:x}}",
        "baseFeePerGas":"0x7","gasUsed":"0x5208","gasLimit":"0x1c9c380","extraData":"0x","transactions":[]}
        """;
}
