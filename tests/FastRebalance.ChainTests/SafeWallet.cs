using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;
using FastRebalance.Ethereum.Encoding;
using FastRebalance.Ethereum.Rpc;

namespace FastRebalance.ChainTests;

/// <summary>A Safe of several owners, made of the bytecode that its makers published.</summary>
/// <param name="node">The chain.</param>
/// <param name="send">Mines a call, which must not fail.</param>
/// <param name="owners">All of whom must approve; in ascending order.</param>
/// <param name="anyone">Has the Safe run what they approved.</param>
internal sealed class SafeWallet(EthereumNode node, Func<Address, Address, byte[], Task> send, Address[] owners, Address anyone)
{
    private const string Packages = "@safe-global/safe-contracts/build/artifacts/contracts/";

    public Address Address { get; private set; }

    /// <summary>Deploys it.</summary>
    /// <param name="create">Mines a contract's creation.</param>
    public async Task CreateAsync(Func<byte[], Task<Address>> create)
    {
        DevnetParts parts = await new DevnetInstaller().EnsureAsync(TestContext.Current.CancellationToken);
        async Task<Address> Part(string file) => await create(await ContractArtifact.ReadCode(parts.PackageFile(Packages + file), default));

        Address singleton = await Part("Safe.sol/Safe.json");
        Address factory = await Part("proxies/SafeProxyFactory.sol/SafeProxyFactory.json");
        Address handler = await Part("handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json");
        byte[] setup = CallData.Of("setup(address[],uint256,address,bytes,address,address,uint256,address)", 8, (ref AbiWriter writer) =>
        {
            AbiFrame list = writer.BeginArray(owners.Length, 1);
            foreach (Address owner in owners)
                writer.WriteAddress(owner);
            writer.End(list);
            writer.WriteUInt64((ulong)owners.Length);
            writer.WriteAddress(Address.Zero);
            writer.WriteBytes([]);
            writer.WriteAddress(handler);
            writer.WriteAddress(Address.Zero);
            writer.WriteUInt64(0);
            writer.WriteAddress(Address.Zero);
        });
        byte[] proxy = CallData.Of("createProxyWithNonce(address,bytes,uint256)", 3, (ref AbiWriter writer) =>
        {
            writer.WriteAddress(singleton);
            writer.WriteBytes(setup);
            writer.WriteUInt64(1);
        }, 4096);
        Address = new Address((await node.CallAsync(factory, proxy, BlockRef.Latest)).AsSpan(12));
        await send(anyone, factory, proxy);
    }

    /// <summary>The owners approve the transaction's hash on the chain; anyone may then have the Safe run it.</summary>
    public async Task ExecuteAsync(Address to, byte[] data)
    {
        byte[] nonce = await node.CallAsync(Address, CallData.Of("nonce()", 0, (ref AbiWriter _) => { }), BlockRef.Latest);
        await ApproveAsync(await node.CallAsync(Address, CallData.Of(
            "getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256)", 10, (ref AbiWriter writer) =>
            {
                WriteTransaction(ref writer, to, data);
                writer.WriteUInt256(UInt256.ReadBigEndian(nonce));
            }, 4096), BlockRef.Latest));
        await send(anyone, Address, CallData.Of(
            "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)", 10, (ref AbiWriter writer) =>
            {
                WriteTransaction(ref writer, to, data);
                writer.WriteBytes(Approvals());
            }, 4096));
    }

    /// <summary>Every owner gives its word on this hash.</summary>
    public async Task ApproveAsync(byte[] hash)
    {
        foreach (Address owner in owners)
            await send(owner, Address, CallData.Of("approveHash(bytes32)", 1, (ref AbiWriter writer) => writer.WriteHash(new Hash32(hash))));
    }

    /// <summary>Of each owner in ascending order: its address, nothing, and a 1 that says "approved on the chain".</summary>
    public byte[] Approvals() => [.. owners.SelectMany(owner => new byte[12].Concat(owner.Span.ToArray()).Concat(new byte[32]).Append((byte)1))];

    private static void WriteTransaction(ref AbiWriter writer, Address to, byte[] data)
    {
        writer.WriteAddress(to);
        writer.WriteUInt64(0);
        writer.WriteBytes(data);
        for (int i = 0; i < 4; i++)
            writer.WriteUInt64(0); // a call, no gas refund
        writer.WriteAddress(Address.Zero);
        writer.WriteAddress(Address.Zero);
    }
}
