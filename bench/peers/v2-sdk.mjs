// Asks @uniswap/v2-sdk for the best path of every order: node v2-sdk.mjs INSTANCES ANSWERS
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// The packages' CommonJS side: their other one names files in a way that node does not take.
const require = createRequire(import.meta.url);
const { CurrencyAmount, Token } = require('@uniswap/sdk-core');
const { Pair, Trade } = require('@uniswap/v2-sdk');

const maxHops = 3;
const leastRepetitions = 3;
const mostRepetitions = 101;
const budgetNs = 300_000_000n; // of one order; a search can take seconds

const tokenOf = (asset) => new Token(1, '0x' + (asset + 1).toString(16).padStart(40, '0'), 18, `A${asset}`);

function bestTrade(pairs, amountIn, tokenOut) {
  return Trade.bestTradeExactIn(pairs, amountIn, tokenOut, { maxHops, maxNumResults: 1 })[0];
}

function medianUs(action) {
  const times = [];
  let spent = 0n;
  while (times.length < leastRepetitions || (spent < budgetNs && times.length < mostRepetitions)) {
    const start = process.hrtime.bigint();
    action();
    const time = process.hrtime.bigint() - start;
    spent += time;
    times.push(Number(time) / 1e3);
  }
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)];
}

function answer(instance, number, pairs, tokens, numberOfPair) {
  const order = instance.orders[number];
  const amountIn = CurrencyAmount.fromRawAmount(tokens[order.sell], order.amountIn);
  const trade = bestTrade(pairs, amountIn, tokens[order.buy]); // also warms up
  return {
    instance: instance.name,
    order: number,
    amountOut: trade ? trade.outputAmount.quotient.toString() : '0',
    pools: trade ? trade.route.pairs.map((pair) => numberOfPair.get(pair)) : [],
    medianUs: medianUs(() => bestTrade(pairs, amountIn, tokens[order.buy])),
  };
}

function answers(instance) {
  const tokens = Array.from({ length: instance.prices.length }, (_, asset) => tokenOf(asset));
  const pairs = instance.pools.map((pool) => new Pair(
    CurrencyAmount.fromRawAmount(tokens[pool.asset0], pool.reserve0),
    CurrencyAmount.fromRawAmount(tokens[pool.asset1], pool.reserve1)));
  const numberOfPair = new Map(pairs.map((pair, number) => [pair, number]));
  return instance.orders.map((_, number) => answer(instance, number, pairs, tokens, numberOfPair));
}

const [instancesFile, answersFile] = process.argv.slice(2);
if (!instancesFile || !answersFile) {
  console.error('usage: node v2-sdk.mjs INSTANCES ANSWERS');
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(new URL('node_modules/@uniswap/v2-sdk/package.json', import.meta.url)));
const { instances } = JSON.parse(readFileSync(instancesFile, 'utf8'));
const results = instances.flatMap(answers);
writeFileSync(answersFile, JSON.stringify({ peer: `@uniswap/v2-sdk ${version}`, results }, null, 1) + '\n');
