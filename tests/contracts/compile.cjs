// Compiles the contracts beside this script with the compiler in NODE_MODULES and writes one artifact each into OUTPUT.
// usage: node compile.cjs NODE_MODULES OUTPUT
"use strict";

const fs = require("fs");
const path = require("path");

const [modules, output] = process.argv.slice(2).map((name) => path.resolve(name));
const solc = require(path.join(modules, "solc"));

const sources = {};
for (const name of fs.readdirSync(__dirname).filter((name) => name.endsWith(".sol")))
  sources[name] = { content: fs.readFileSync(path.join(__dirname, name), "utf8") };
const input = {
  language: "Solidity",
  sources,
  settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
};
const compiled = JSON.parse(solc.compile(JSON.stringify(input)));
const errors = (compiled.errors || []).filter((entry) => entry.severity === "error");
for (const error of errors) console.error(error.formattedMessage);
if (errors.length > 0) process.exit(1);
for (const contracts of Object.values(compiled.contracts))
  for (const [name, { evm }] of Object.entries(contracts))
    fs.writeFileSync(path.join(output, `${name}.json`), JSON.stringify({ bytecode: "0x" + evm.bytecode.object }));
