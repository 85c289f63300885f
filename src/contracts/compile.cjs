// Compiles RebalanceExecutor with the installed compiler and writes its artifact: what was compiled (by hash), with what, and the code.
// usage: node compile.cjs NODE_MODULES OUTPUT
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");

const [modules, output] = process.argv.slice(2).map((name) => path.resolve(name));
const solc = require(path.join(modules, "solc"));
const openZeppelin = JSON.parse(fs.readFileSync(path.join(modules, "@openzeppelin/contracts/package.json"), "utf8")).version;

const contract = "RebalanceExecutor";
const settings = {
  evmVersion: "cancun",
  viaIR: true,
  optimizer: { enabled: true, runs: 1000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};
const sources = {};
for (const name of fs.readdirSync(__dirname).filter((name) => name.endsWith(".sol")).sort())
  sources[name] = { content: fs.readFileSync(path.join(__dirname, name), "utf8") };

const input = {
  language: "Solidity",
  sources,
  settings: { ...settings, outputSelection: { [`${contract}.sol`]: { [contract]: ["abi", "evm.bytecode.object", "evm.deployedBytecode"] } } },
};
const findImport = (name) => ({ contents: fs.readFileSync(path.join(modules, name), "utf8") });
const compiled = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
// A warning about our own lines is a defect; the library's authors know theirs.
const defects = (compiled.errors || []).filter((entry) => entry.severity === "error" || entry.sourceLocation?.file in sources);
for (const defect of defects) console.error(defect.formattedMessage);
if (defects.length > 0) process.exit(1);

const { abi, evm } = compiled.contracts[`${contract}.sol`][contract];
const sha256 = (text) => crypto.createHash("sha256").update(text).digest("hex");
// Where the compiler leaves room for what only the chain of deployment knows.
const immutables = Object.values(evm.deployedBytecode.immutableReferences).flat().sort((a, b) => a.start - b.start);
const artifact = {
  contractName: contract,
  compiler: solc.version(),
  settings,
  libraries: { "@openzeppelin/contracts": openZeppelin },
  sources: Object.fromEntries(Object.entries(sources).map(([name, { content }]) => [name, sha256(content)])),
  codeSha256: sha256(evm.bytecode.object),
  abi,
  bytecode: "0x" + evm.bytecode.object,
  deployedBytecode: "0x" + evm.deployedBytecode.object,
  immutables,
};
fs.mkdirSync(path.dirname(output), { recursive: true });
fs.writeFileSync(output, JSON.stringify(artifact, null, 2) + "\n");
console.log(`${contract}: ${evm.deployedBytecode.object.length / 2} bytes of code, sha256 ${artifact.codeSha256}, ${artifact.compiler}`);
