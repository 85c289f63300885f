using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Native;

namespace FastRebalance.ChainTests;

/// <summary>A second key of the desk: 32 bytes of 0x46, with coins, and trusted by the executor's vault where it is told to.</summary>
internal static class SafetyKey
{
    public const string Variable = "FASTREBALANCE_TEST_SAFETY_KEY";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TransactionSigner Signer(ulong chainId) => new(new PrivateKey(Bytes()), chainId);

    /// <summary>Puts the key where a configuration may name it.</summary>
    public static void ToEnvironment() => Environment.SetEnvironmentVariable(Variable, "0x" + Convert.ToHexString(Bytes()));

    public static Task FundAsync(EthereumNode node, Address account) => NodeCheats.SetBalance(node, account, UInt256.PowerOfTen(20), Cancellation);

    /// <summary>The vault lets it trade; mined when this returns, so blocks must come.</summary>
    public static async Task TrustAsync(EthereumNode node, Address executor, Address vault, Address caller)
    {
        await node.InvokeAsync("anvil_impersonateAccount", writer => writer.WriteStringValue(vault.ToString()), Cancellation);
        await node.InvokeAsync("eth_sendTransaction", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("from", vault.ToString());
            writer.WriteString("to", executor.ToString());
            writer.WriteString("data", Hex.Encode(ExecutorCalls.SetTrust(caller, ExecutorTrust.Full)));
            writer.WriteEndObject();
        }, Cancellation);
        while ((await node.CallAsync(executor, ExecutorCalls.TrustOf(caller), BlockRef.Latest, cancellation: Cancellation))[^1] != (byte)ExecutorTrust.Full)
            await Task.Delay(20, Cancellation);
    }

    private static byte[] Bytes()
    {
        byte[] key = new byte[32];
        key.AsSpan().Fill(0x46);
        return key;
    }
}
