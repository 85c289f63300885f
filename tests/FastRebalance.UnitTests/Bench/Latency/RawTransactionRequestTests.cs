using System.Text;
using System.Text.Json;
using FastRebalance.Bench.Latency;

namespace FastRebalance.UnitTests.Bench.Latency;

public sealed class RawTransactionRequestTests
{
    [Fact]
    public void Write_Transaction_IsTheJsonRpcRequestThatCarriesIt()
    {
        byte[] transaction = [0x02, 0xf8, 0x00, 0xff, 0x1a];
        byte[] request = new byte[RawTransactionRequest.MaxLength(transaction.Length)];
        int length = RawTransactionRequest.Write(request, int.MaxValue, transaction);
        Assert.InRange(length, 1, request.Length);

        using JsonDocument json = JsonDocument.Parse(request.AsMemory(0, length));
        Assert.Equal("2.0", json.RootElement.GetProperty("jsonrpc").GetString());
        Assert.Equal(int.MaxValue, json.RootElement.GetProperty("id").GetInt32());
        Assert.Equal("eth_sendRawTransaction", json.RootElement.GetProperty("method").GetString());
        Assert.Equal(["0x02f800ff1a"], json.RootElement.GetProperty("params").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal((byte)'\n', request[length - 1]);
        Assert.Equal(transaction, RawTransactionRequest.TransactionIn(request.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_call\",\"params\":[\"0x02\"]}\n")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x02\"]}")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x2\"]}\n")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_sendRawTransaction\",\"params\":[\"0xzz\"]}\n")]
    public void TransactionIn_SomethingElse_IsNull(string text) =>
        Assert.Null(RawTransactionRequest.TransactionIn(Encoding.ASCII.GetBytes(text)));
}
