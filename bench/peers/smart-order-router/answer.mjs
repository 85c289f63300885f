// @uniswap/smart-order-router: its functions computeAllV2Routes, computeAllV3Routes and computeAllMixedRoutes, and getBestSwapRoute over
// their quotes, all offline. Quotes are exact (v2-sdk, v3-sdk) at every 5 %; the gas model is a mock: zero. Every pool is a candidate.
import { createRequire } from 'node:module';
import { addressOf, answerAll, medianUs, noRoute } from '../harness.mjs';

const require = createRequire(import.meta.url);
const { BigNumber } = require('@ethersproject/bignumber');
const { CurrencyAmount, Fraction, Token, TradeType } = require('@uniswap/sdk-core');
const { Pair } = require('@uniswap/v2-sdk');
const { Pool } = require('@uniswap/v3-sdk');
const build = '@uniswap/smart-order-router/build/main';
const {
  MixedRouteWithValidQuote, USDC_MAINNET, V2RouteWithValidQuote, V3RouteWithValidQuote,
} = require(build);
const {
  computeAllMixedRoutes, computeAllV2Routes, computeAllV3Routes,
} = require(`${build}/routers/alpha-router/functions/compute-all-routes.js`);
const { getBestSwapRoute } = require(`${build}/routers/alpha-router/functions/best-swap-route.js`);
const { DEFAULT_ROUTING_CONFIG_BY_CHAIN } = require(`${build}/routers/alpha-router/config.js`);
const { PortionProvider } = require(`${build}/providers/portion-provider.js`);

const chainId = 1;
const config = DEFAULT_ROUTING_CONFIG_BY_CHAIN(chainId); // 3 hops, steps of 5 %, up to 7 splits
const percents = Array.from({ length: 100 / config.distributionPercent }, (_, i) => (i + 1) * config.distributionPercent);
const portions = new PortionProvider();

function poolOf(tokens, { kind, assets, feePips, reserve0, reserve1, sqrtPriceX96, liquidity, tick, ticks }) {
  const [token0, token1] = assets.map((asset) => tokens[asset]);
  return kind === 'uniswap-v2'
    ? new Pair(CurrencyAmount.fromRawAmount(token0, reserve0), CurrencyAmount.fromRawAmount(token1, reserve1))
    : new Pool(token0, token1, feePips, sqrtPriceX96, liquidity, tick, ticks.map(
        ({ index, gross, net }) => ({ index, liquidityGross: gross, liquidityNet: net })));
}

const poolsOf = (route) => route.pairs ?? route.pools;

// The exact output for the amount; undefined where a pool refuses.
async function quote(route, amount) {
  let held = amount;
  try {
    for (const pool of poolsOf(route))
      [held] = await pool.getOutputAmount(held);
    return BigNumber.from(held.quotient.toString());
  } catch {
    return undefined;
  }
}

function prepare(instance) {
  const tokens = instance.prices.map((_, asset) => new Token(chainId, addressOf(asset), 18, `A${asset}`));
  const pools = instance.pools.map((pool) => poolOf(tokens, pool));
  const numberOf = new Map(pools.map((pool, number) => [pool, number]));
  const pairs = pools.filter((pool) => pool instanceof Pair);
  const concentrated = pools.filter((pool) => pool instanceof Pool);
  const name = (token0, token1, fee) => ({ poolAddress: `${token0.address} ${token1.address} ${fee ?? 'v2'}` });
  const provider = { getPoolAddress: name };

  return async ({ sell, buy, amountIn }) => {
    const amount = CurrencyAmount.fromRawAmount(tokens[sell], amountIn);
    const gasModel = {
      estimateGasCost: () => ({
        gasEstimate: BigNumber.from(0),
        gasCostInToken: CurrencyAmount.fromRawAmount(tokens[buy], 0),
        gasCostInUSD: CurrencyAmount.fromRawAmount(USDC_MAINNET, 0),
      }),
    };
    const findRoutes = () => [
      [V2RouteWithValidQuote, computeAllV2Routes(tokens[sell], tokens[buy], pairs, config.maxSwapsPerPath)],
      [V3RouteWithValidQuote, computeAllV3Routes(tokens[sell], tokens[buy], concentrated, config.maxSwapsPerPath)],
      [MixedRouteWithValidQuote, computeAllMixedRoutes(tokens[sell], tokens[buy], pools, config.maxSwapsPerPath)],
    ];

    const quoted = [];
    for (const [Quoted, routes] of findRoutes())
      for (const route of routes)
        for (const percent of percents) {
          const part = amount.multiply(new Fraction(percent, 100));
          const rawQuote = await quote(route, CurrencyAmount.fromRawAmount(tokens[sell], part.quotient));
          if (rawQuote)
            quoted.push(new Quoted({
              amount: part, rawQuote, percent, route, gasModel, mixedRouteGasModel: gasModel, quoteToken: tokens[buy],
              tradeType: TradeType.EXACT_INPUT, v2PoolProvider: provider, v3PoolProvider: provider, v4PoolProvider: provider,
              sqrtPriceX96AfterList: [], initializedTicksCrossedList: [], quoterGasEstimate: BigNumber.from(0),
            }));
        }
    const whole = quoted.filter(({ percent }) => percent === 100);
    const choose = (from, steps, maxSplits) => getBestSwapRoute(
      amount, steps, [...from], TradeType.EXACT_INPUT, chainId, { ...config, maxSplits }, portions);

    const toAnswer = (chosen) => chosen
      ? { amountOut: chosen.quote.quotient.toString(), swaps: chosen.routes.flatMap(swapsOf) }
      : noRoute;
    const swapsOf = ({ route, amount: part }) => {
      let held = tokens[sell];
      return poolsOf(route).map((pool, i) => {
        const bought = held.equals(pool.token0) ? pool.token1 : pool.token0;
        const swap = {
          pool: numberOf.get(pool),
          sell: tokens.indexOf(tokens.find((token) => token.equals(held))),
          buy: tokens.indexOf(tokens.find((token) => token.equals(bought))),
          ...(i === 0 ? { amountIn: part.quotient.toString() } : {}), // a route's own share is rounded down, as its quote was
        };
        held = bought;
        return swap;
      });
    };

    const path = toAnswer(await choose(whole, [100], 1)); // also warms up
    const split = toAnswer(await choose(quoted, percents, config.maxSplits));
    return {
      path: { ...path, medianUs: await medianUs(async () => { findRoutes(); await choose(whole, [100], 1); }) },
      split: { ...split, medianUs: await medianUs(async () => { findRoutes(); await choose(quoted, percents, config.maxSplits); }) },
    };
  };
}

await answerAll(import.meta.url, {
  name: '@uniswap/smart-order-router',
  market: 'uniswap',
  exactClaims: true,
  counted: 'computeAllV2Routes, V3 and mixed, and getBestSwapRoute at steps of 5 %; its quotes are given, exact, and not counted',
}, prepare);
