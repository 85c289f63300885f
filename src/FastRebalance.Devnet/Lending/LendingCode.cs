using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;
using FastRebalance.Devnet.Market;

namespace FastRebalance.Devnet.Lending;

/// <summary>Creates contracts of the lending market from the bytecode that its makers published, and remembers the libraries that later ones call.</summary>
internal sealed class LendingCode(SetupSender sender, DevnetParts parts)
{
    private const string Published = "@aave/core-v3/artifacts/contracts/";

    private readonly Dictionary<string, Address> _libraries = [];

    /// <summary>A library, which the code of later ones may call.</summary>
    public async Task AddLibraryAsync(string name, CancellationToken cancellationToken) =>
        _libraries[name] = await CreateAsync($"protocol/libraries/logic/{name}", 0, (ref _) => { }, cancellationToken).ConfigureAwait(false);

    public Task<Address> CreateAsync(string contract, Address argument, CancellationToken cancellationToken) =>
        CreateAsync(contract, 1, (ref writer) => writer.WriteAddress(argument), cancellationToken);

    /// <param name="contract">The folder and the name, without endings.</param>
    /// <param name="headWords">Words of the constructor's arguments.</param>
    /// <param name="write">Writes them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Address> CreateAsync(string contract, int headWords, CallData.Arguments write, CancellationToken cancellationToken)
    {
        string name = contract[(contract.LastIndexOf('/') + 1)..];
        byte[] code = await LinkedArtifact.ReadCode(parts.PackageFile($"{Published}{contract}.sol/{name}.json"), _libraries, cancellationToken)
            .ConfigureAwait(false);
        return await sender.CreateAsync(name, CallData.Creation(code, headWords, write), cancellationToken).ConfigureAwait(false);
    }
}
