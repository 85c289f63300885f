// What the programs of all peers have in common: node PEER/answer.mjs INSTANCES ANSWERS
import { readFileSync, writeFileSync } from 'node:fs';

const leastRepetitions = 3;
const mostRepetitions = 101;
const budgetNs = 300_000_000n; // of one answer; a search can take seconds

export const addressOf = (number) => '0x' + (number + 1).toString(16).padStart(40, '0');

// The middle of the times that the action takes, in microseconds.
export async function medianUs(action) {
  const times = [];
  let spent = 0n;
  while (times.length < leastRepetitions || (spent < budgetNs && times.length < mostRepetitions)) {
    const start = process.hrtime.bigint();
    await action();
    const time = process.hrtime.bigint() - start;
    spent += time;
    times.push(Number(time) / 1e3);
  }
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)];
}

// Swaps of one path: the first sells the amount, each further one what the one before has brought.
export function swapsOfPath(sell, amountIn, hops) {
  return hops.map(([pool, buy], i) => ({
    pool,
    sell: i === 0 ? sell : hops[i - 1][1],
    buy,
    ...(i === 0 ? { amountIn } : {}),
  }));
}

export const noRoute = { amountOut: '0', swaps: [] };

// Answers every order of every instance of the peer's market: prepare(instance) gives answer(order), which gives { path, split? }.
export async function answerAll(module, { name, market, exactClaims, counted }, prepare) {
  const [instancesFile, answersFile] = process.argv.slice(2);
  if (!instancesFile || !answersFile) {
    console.error('usage: node answer.mjs INSTANCES ANSWERS');
    process.exit(2);
  }
  const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, module)));
  const { instances } = JSON.parse(readFileSync(instancesFile, 'utf8'));
  const results = [];
  for (const instance of instances.filter((one) => one.market === market)) {
    const answer = await prepare(instance);
    for (let order = 0; order < instance.orders.length; order++)
      results.push({ instance: instance.name, order, ...(await answer(instance.orders[order])) });
  }
  writeFileSync(answersFile, JSON.stringify({ peer: `${name} ${version}`, market, exactClaims, counted, results }, null, 1) + '\n');
}
