using FastRebalance.Core.Assets;

namespace FastRebalance.Drafting;

/// <summary>
/// Contracts that stand at published addresses of a chain (Uniswap's and the tokens' makers' documentation). Nothing is believed of them: each token is
/// asked for its symbol and decimals, and a pool counts where its factory names it.
/// </summary>
/// <param name="FactoryV2">Uniswap V2's; zero for none.</param>
/// <param name="FactoryV3">Uniswap V3's; zero for none.</param>
/// <param name="Router">SwapRouter02.</param>
/// <param name="Tokens">What a desk would hold there.</param>
internal sealed record KnownChain(Address FactoryV2, Address FactoryV3, Address Router, IReadOnlyList<Address> Tokens)
{
    private static readonly Dictionary<ulong, KnownChain> s_known = new()
    {
        [1] = Of(
            "0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f", "0x1F98431c8aD98523631AE4a59f267346ea31F984", "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
            "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", "0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599"),
        [10] = Of(
            "0x0c3c1c532F1e39EdF36BE9Fe0bE1410313E074Bf", "0x1F98431c8aD98523631AE4a59f267346ea31F984", "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
            "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85", "0x4200000000000000000000000000000000000006"),
        [8453] = Of(
            "0x8909Dc15e40173Ff4699343b6eB8132c65e18eC6", "0x33128a8fC17869897dcE68Ed026d694621f6FDfD", "0x2626664c2603336E57B271c5C0b26F421741e481",
            "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "0x4200000000000000000000000000000000000006"),
        [42161] = Of(
            "0xf1D7CC64Fb4452F05c498126312eBE29f30Fbcf9", "0x1F98431c8aD98523631AE4a59f267346ea31F984", "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
            "0xaf88d065e77c8cC2239327C5EDb3A432268e5831", "0x82aF49447D8a07e3bd95BD0d56f35241523fBab1"),
    };

    public static KnownChain? Find(ulong id) => s_known.GetValueOrDefault(id);

    private static KnownChain Of(string factoryV2, string factoryV3, string router, params string[] tokens) =>
        new(Address.Parse(factoryV2), Address.Parse(factoryV3), Address.Parse(router), [.. tokens.Select(static text => Address.Parse(text))]);
}
