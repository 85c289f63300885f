// Signs one transaction with ethers and viem, holds their bytes against ours, and sets their times beside ours of the same minutes.
// usage: node compare.mjs PROGRAM FOLDER
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Wallet } from "ethers";
import { privateKeyToAccount } from "viem/accounts";

const [program, folder] = process.argv.slice(2).map((name) => path.resolve(name));
const key = "0x" + "46".repeat(32); // everybody's
const to = "0x3535353535353535353535353535353535353535";
const data = "0x" + "ab".repeat(1024); // as long as the call of an executor's basket of three legs
const terms = { type: 2, chainId: 1, nonce: 7, maxPriorityFeePerGas: 1500000000n, maxFeePerGas: 30000000000n, gasLimit: 250000n, to, value: 0n, data };

const run = (args, input) => execFileSync(program, args, { input, encoding: "utf8" });
const keystore = path.join(folder, "key.json");
for (const name of [keystore, path.join(folder, "key.pass")]) fs.rmSync(name, { force: true });
run(["keys", "import", "--light", "--keystore", keystore, "--password-file", path.join(folder, "key.pass")], key.slice(2) + "\n");
const unsigned = { ...terms, type: "0x2", chainId: "0x1", maxPriorityFeePerGas: "1500000000", maxFeePerGas: "30000000000", gas: 250000, value: "0x0" };
delete unsigned.gasLimit;
const ours = run(["tx", "sign", "--unsigned", "-", "--keystore", keystore], JSON.stringify(unsigned)).trim();

const wallet = new Wallet(key);
const account = privateKeyToAccount(key);
const { gasLimit, ...rest } = terms;
const peers = {
  ethers: () => wallet.signTransaction(terms),
  viem: () => account.signTransaction({ ...rest, type: "eip1559", gas: gasLimit }),
};

async function median(sign) {
  for (let i = 0; i < 300; i++) await sign();
  const times = [];
  for (let i = 0; i < 1000; i++) {
    const start = process.hrtime.bigint();
    await sign();
    times.push(Number(process.hrtime.bigint() - start));
  }
  return times.sort((a, b) => a - b)[500];
}

let wrong = 0;
for (let round = 1; round <= 3; round++) {
  const { loneRungP50Ns } = JSON.parse(run(["bench", "signing", "--rounds", "5000", "--json"]));
  const line = [`round ${round}: ours ${(loneRungP50Ns / 1000).toFixed(1)} us (with its three frames)`];
  for (const [name, sign] of Object.entries(peers)) {
    if ((await sign()) !== ours) wrong++;
    const time = await median(sign);
    line.push(`${name} ${(time / 1000).toFixed(0)} us, ${(time / loneRungP50Ns).toFixed(0)} times`);
  }
  console.log(line.join("; "));
}
console.log(wrong === 0 ? "the same bytes from all three" : `${wrong} answers differ from ours`);
process.exit(wrong === 0 ? 0 : 1);
