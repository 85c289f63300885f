#!/usr/bin/env node
// The compiler from npm behind the two calls that forge makes: --version and --standard-json.
"use strict";

const path = require("path");
const solc = require(path.resolve(__dirname, "../node_modules/solc"));

if (process.argv.includes("--version")) {
  // Forge wants a system's name at the end and knows none for a compiler that runs in node.
  console.log(`solc, the solidity compiler\nVersion: ${solc.version().replace("Emscripten.clang", "Linux.g++")}`);
} else {
  console.log(solc.compile(require("fs").readFileSync(0, "utf8")));
}
