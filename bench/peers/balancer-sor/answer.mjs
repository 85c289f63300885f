// @balancer-labs/sor: its class SOR on pools given by a data service of ours, gas price zero, at most 4 pools (its default).
import { createRequire } from 'node:module';
import { addressOf, answerAll, medianUs, noRoute, swapsOfPath } from '../harness.mjs';

const require = createRequire(import.meta.url);
const { SOR, SwapTypes, parseToPoolsDict } = require('@balancer-labs/sor');
const { BigNumber, formatFixed } = require('@ethersproject/bignumber');

const maxPools = 4;
const decimals = 18;
const firstPool = 0x1000; // beyond the tokens' addresses
const unused = addressOf(0xffff); // vault and wrapped ether are asked for and take no part

const idOf = (number) => '0x' + (firstPool + number).toString(16).padStart(64, '0');
const numberOf = (id) => Number(BigInt(id)) - firstPool;
const shares = (amount) => formatFixed(amount, decimals);

// As the subgraph tells of a pool; without the share token, which no order wants.
function subgraphPool({ kind, assets, feePips, balances, weights, amplification }, number) {
  return {
    id: idOf(number),
    address: addressOf(firstPool + number),
    poolType: { 'balancer-weighted': 'Weighted', 'balancer-composable-stable': 'ComposableStable' }[kind],
    swapFee: formatFixed(feePips, 6),
    swapEnabled: true,
    totalShares: '1',
    totalWeight: '1',
    ...(amplification ? { amp: String(amplification) } : {}),
    tokensList: assets.map(addressOf),
    tokens: assets.map((asset, i) => ({
      address: addressOf(asset), balance: shares(balances[i]), decimals, priceRate: '1', weight: weights ? shares(weights[i]) : null,
    })),
  };
}

async function prepare(instance) {
  const pools = instance.pools.map(subgraphPool);
  const assetOf = new Map(instance.prices.map((_, asset) => [addressOf(asset), asset]));
  const sor = new SOR(
    {}, { chainId: 1, vault: unused, weth: unused, connectingTokens: [] },
    { getPools: async () => pools }, { getNativeAssetPriceInToken: async () => '0' });
  await sor.fetchPools();
  const options = { gasPrice: BigNumber.from(0), maxPools, timestamp: 0 };
  const dictionary = parseToPoolsDict(sor.getPools(false), options.timestamp);

  return async ({ sell, buy, amountIn }) => {
    const [tokenIn, tokenOut, amount] = [addressOf(sell), addressOf(buy), BigNumber.from(amountIn)];
    const find = (most) => sor.getBestPaths(
      sor.routeProposer.getCandidatePathsFromDict(tokenIn, tokenOut, SwapTypes.SwapExactIn, dictionary, maxPools),
      amount, SwapTypes.SwapExactIn, decimals, decimals, BigNumber.from(0), most);

    const { swaps, tokenAddresses, returnAmount } = await sor.getSwaps(tokenIn, tokenOut, SwapTypes.SwapExactIn, amount, options);
    const [, total] = find(maxPools); // also warms up
    if (!total.eq(returnAmount))
      throw new Error(`getSwaps promises ${returnAmount} and the functions that are timed ${total}`);
    const split = {
      amountOut: returnAmount.toString(),
      swaps: swaps.map((swap) => ({
        pool: numberOf(swap.poolId),
        sell: assetOf.get(tokenAddresses[swap.assetInIndex]),
        buy: assetOf.get(tokenAddresses[swap.assetOutIndex]),
        ...(swap.amount === '0' ? {} : { amountIn: swap.amount }), // the vault goes on with what the swap before has brought
      })),
    };

    const [sequences, brought] = find(1);
    if (sequences.length > 1)
      throw new Error(`one pool was allowed, and there are ${sequences.length} paths`);
    const path = sequences.length === 0
      ? noRoute
      : {
          amountOut: brought.toString(),
          swaps: swapsOfPath(sell, amountIn, sequences[0].map((swap) => [numberOf(swap.pool), assetOf.get(swap.tokenOut)])),
        };
    return {
      path: { ...path, medianUs: await medianUs(() => find(1)) },
      split: { ...split, medianUs: await medianUs(() => find(maxPools)) },
    };
  };
}

await answerAll(import.meta.url, {
  name: '@balancer-labs/sor',
  market: 'balancer',
  exactClaims: false, // it works with decimals of its own
  counted: 'RouteProposer.getCandidatePathsFromDict and SOR.getBestPaths, at most 4 pools; pools are parsed before; the answer is getSwaps\'',
}, prepare);
