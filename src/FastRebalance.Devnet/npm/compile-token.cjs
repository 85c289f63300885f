// Compiles DevToken.sol beside this script with the installed compiler and writes DevToken.json (abi and bytecode) next to it.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const here = __dirname;
const input = {
  language: "Solidity",
  sources: { "DevToken.sol": { content: fs.readFileSync(path.join(here, "DevToken.sol"), "utf8") } },
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    metadata: { bytecodeHash: "none" },
    outputSelection: { "DevToken.sol": { DevToken: ["abi", "evm.bytecode.object"] } },
  },
};

const findImport = (name) => ({ contents: fs.readFileSync(path.join(here, "node_modules", name), "utf8") });
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));

const failures = (output.errors || []).filter((entry) => entry.severity === "error");
if (failures.length > 0) {
  for (const failure of failures) console.error(failure.formattedMessage);
  process.exit(1);
}

const token = output.contracts["DevToken.sol"].DevToken;
const artifact = { contractName: "DevToken", compiler: solc.version(), abi: token.abi, bytecode: "0x" + token.evm.bytecode.object };
fs.writeFileSync(path.join(here, "DevToken.json"), JSON.stringify(artifact, null, 2) + "\n");
