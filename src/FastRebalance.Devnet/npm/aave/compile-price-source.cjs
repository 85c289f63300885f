// Compiles DevPriceSource.sol beside this script with the installed compiler and writes DevPriceSource.json (abi and bytecode) next to it.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const here = __dirname;
const input = {
  language: "Solidity",
  sources: { "DevPriceSource.sol": { content: fs.readFileSync(path.join(here, "DevPriceSource.sol"), "utf8") } },
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    metadata: { bytecodeHash: "none" },
    outputSelection: { "DevPriceSource.sol": { DevPriceSource: ["abi", "evm.bytecode.object"] } },
  },
};

const output = JSON.parse(solc.compile(JSON.stringify(input)));

const failures = (output.errors || []).filter((entry) => entry.severity === "error");
if (failures.length > 0) {
  for (const failure of failures) console.error(failure.formattedMessage);
  process.exit(1);
}

const source = output.contracts["DevPriceSource.sol"].DevPriceSource;
const artifact = { contractName: "DevPriceSource", compiler: solc.version(), abi: source.abi, bytecode: "0x" + source.evm.bytecode.object };
fs.writeFileSync(path.join(here, "DevPriceSource.json"), JSON.stringify(artifact, null, 2) + "\n");
