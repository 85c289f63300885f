using FastRebalance.Core.Assets;
using FastRebalance.Devnet.Install;

namespace FastRebalance.Devnet.Market;

/// <summary>Creates the protocol contracts from the bytecode that their makers published.</summary>
internal sealed record UniswapContracts
{
    private const string V2Core = "@uniswap/v2-core/build/";
    private const string V2Periphery = "@uniswap/v2-periphery/build/";
    private const string V3Core = "@uniswap/v3-core/artifacts/contracts/";
    private const string V3Periphery = "@uniswap/v3-periphery/artifacts/contracts/";
    private const string Routers = "@uniswap/swap-router-contracts/artifacts/contracts/";

    public required Address Weth { get; init; }

    public required Address V2Factory { get; init; }

    public required Address V2Router02 { get; init; }

    public required Address V3Factory { get; init; }

    public required Address V3PositionManager { get; init; }

    public required Address V3SwapRouter { get; init; }

    public required Address V3QuoterV2 { get; init; }

    public required Address V3TickLens { get; init; }

    public required Address SwapRouter02 { get; init; }

    /// <summary>By the names of the manifest and the configuration.</summary>
    public IReadOnlyDictionary<string, Address> ByName() => new Dictionary<string, Address>
    {
        ["weth9"] = Weth,
        ["uniswapV2Factory"] = V2Factory,
        ["uniswapV2Router02"] = V2Router02,
        ["uniswapV3Factory"] = V3Factory,
        ["uniswapV3PositionManager"] = V3PositionManager,
        ["uniswapV3SwapRouter"] = V3SwapRouter,
        ["uniswapV3QuoterV2"] = V3QuoterV2,
        ["uniswapV3TickLens"] = V3TickLens,
        ["swapRouter02"] = SwapRouter02,
    };

    public static async Task<UniswapContracts> CreateAsync(SetupSender sender, DevnetParts parts, CancellationToken cancellationToken)
    {
        async Task<Address> Create(string file, params Address[] arguments)
        {
            byte[] code = await ContractArtifact.ReadCode(parts.PackageFile(file), cancellationToken).ConfigureAwait(false);
            return await sender.CreateAsync(Path.GetFileNameWithoutExtension(file), CallData.Creation(code, arguments), cancellationToken)
                .ConfigureAwait(false);
        }

        Address weth = await Create(V2Periphery + "WETH9.json").ConfigureAwait(false);
        Address v2Factory = await Create(V2Core + "UniswapV2Factory.json", sender.Account).ConfigureAwait(false);
        Address v3Factory = await Create(V3Core + "UniswapV3Factory.sol/UniswapV3Factory.json").ConfigureAwait(false);
        // The position manager draws its tokens' pictures with a third contract: nobody looks at them here.
        Address positionManager = await Create(
            V3Periphery + "NonfungiblePositionManager.sol/NonfungiblePositionManager.json", v3Factory, weth, Address.Zero)
                .ConfigureAwait(false);
        return new UniswapContracts
        {
            Weth = weth,
            V2Factory = v2Factory,
            V2Router02 = await Create(V2Periphery + "UniswapV2Router02.json", v2Factory, weth).ConfigureAwait(false),
            V3Factory = v3Factory,
            V3PositionManager = positionManager,
            V3SwapRouter = await Create(V3Periphery + "SwapRouter.sol/SwapRouter.json", v3Factory, weth).ConfigureAwait(false),
            V3QuoterV2 = await Create(V3Periphery + "lens/QuoterV2.sol/QuoterV2.json", v3Factory, weth).ConfigureAwait(false),
            V3TickLens = await Create(V3Periphery + "lens/TickLens.sol/TickLens.json").ConfigureAwait(false),
            SwapRouter02 = await Create(
                Routers + "SwapRouter02.sol/SwapRouter02.json", v2Factory, v3Factory, positionManager, weth).ConfigureAwait(false),
        };
    }
}
