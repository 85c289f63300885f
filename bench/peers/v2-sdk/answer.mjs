// @uniswap/v2-sdk: the best path of every order, by Trade.bestTradeExactIn, which tries every path.
import { createRequire } from 'node:module';
import { addressOf, answerAll, medianUs, noRoute, swapsOfPath } from '../harness.mjs';

// The packages' CommonJS side: their other one names files in a way that node does not take.
const require = createRequire(import.meta.url);
const { CurrencyAmount, Token } = require('@uniswap/sdk-core');
const { Pair, Trade } = require('@uniswap/v2-sdk');

const maxHops = 3;

function prepare(instance) {
  const tokens = instance.prices.map((_, asset) => new Token(1, addressOf(asset), 18, `A${asset}`));
  const pairs = instance.pools.map(({ assets, reserve0, reserve1 }) => new Pair(
    CurrencyAmount.fromRawAmount(tokens[assets[0]], reserve0), CurrencyAmount.fromRawAmount(tokens[assets[1]], reserve1)));
  const numberOfPair = new Map(pairs.map((pair, number) => [pair, number]));

  return async ({ sell, buy, amountIn }) => {
    const amount = CurrencyAmount.fromRawAmount(tokens[sell], amountIn);
    const search = () => Trade.bestTradeExactIn(pairs, amount, tokens[buy], { maxHops, maxNumResults: 1 })[0];
    const trade = search(); // also warms up
    const path = trade
      ? {
          amountOut: trade.outputAmount.quotient.toString(),
          swaps: swapsOfPath(sell, amountIn, trade.route.pairs.map(
            (pair, i) => [numberOfPair.get(pair), tokens.findIndex((token) => token.equals(trade.route.path[i + 1]))])),
        }
      : noRoute;
    return { path: { ...path, medianUs: await medianUs(search) } };
  };
}

await answerAll(import.meta.url, {
  name: '@uniswap/v2-sdk',
  market: 'pairs',
  exactClaims: true,
  counted: 'Trade.bestTradeExactIn, up to 3 hops, quotes included; pairs and amounts are made before',
}, prepare);
