using FastRebalance.Core.Assets;

namespace FastRebalance.MarketData;

/// <summary>What a feed must know of an asset; its place in the list is the index of its <see cref="AssetId"/>.</summary>
/// <param name="Symbol">For messages.</param>
/// <param name="Token">The ERC-20 contract.</param>
/// <param name="Decimals">Base units per whole token are ten to this power.</param>
public sealed record FeedAsset(string Symbol, Address Token, int Decimals);
