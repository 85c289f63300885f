// Compiles the executors with the installed compiler and writes an artifact of each: what was compiled (by hash), with what, and the code.
// usage: node compile.cjs NODE_MODULES FOLDER [CONTRACT]
"use strict";

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");

const [modules, folder] = process.argv.slice(2, 4).map((name) => path.resolve(name));
const only = process.argv[4];
const solc = require(path.join(modules, "solc"));
const openZeppelin = JSON.parse(fs.readFileSync(path.join(modules, "@openzeppelin/contracts/package.json"), "utf8")).version;

// How often the optimizer takes a line to run: as high as the limit of 24 576 bytes lets it be (EIP-170).
const contracts = { RebalanceExecutor: 1000, LeveragedExecutor: 200 };
const sha256 = (text) => crypto.createHash("sha256").update(text).digest("hex");
const findImport = (name) => ({ contents: fs.readFileSync(path.join(modules, name), "utf8") });

// What a contract is made of, of our own files: no other one is compiled with it, nor changes it.
function sourcesOf(name, found = {}) {
  if (found[name]) return found;
  const content = fs.readFileSync(path.join(__dirname, name), "utf8");
  found[name] = { content };
  for (const [, imported] of content.matchAll(/from "\.\/([^"]+)"/g)) sourcesOf(imported, found);
  return found;
}

function compile(contract, runs) {
  const settings = {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs },
    metadata: { bytecodeHash: "none", appendCBOR: false },
  };
  const found = sourcesOf(`${contract}.sol`);
  const sources = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
  const input = {
    language: "Solidity",
    sources,
    settings: { ...settings, outputSelection: { [`${contract}.sol`]: { [contract]: ["abi", "evm.bytecode.object", "evm.deployedBytecode"] } } },
  };
  const compiled = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
  // A warning about our own lines is a defect; the library's authors know theirs.
  const defects = (compiled.errors || []).filter((entry) => entry.severity === "error" || entry.sourceLocation?.file in sources);
  for (const defect of defects) console.error(defect.formattedMessage);
  if (defects.length > 0) process.exit(1);

  const { abi, evm } = compiled.contracts[`${contract}.sol`][contract];
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
  fs.writeFileSync(path.join(folder, `${contract}.json`), JSON.stringify(artifact, null, 2) + "\n");
  console.log(`${contract}: ${evm.deployedBytecode.object.length / 2} bytes of code, sha256 ${artifact.codeSha256}, ${artifact.compiler}`);
}

fs.mkdirSync(folder, { recursive: true });
for (const [contract, runs] of Object.entries(contracts)) if (!only || contract === only) compile(contract, runs);
