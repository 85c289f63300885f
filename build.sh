#!/usr/bin/env bash
# Builds, tests and runs FastRebalance on Linux and macOS; build.ps1 offers the same on Windows. `./build.sh help` lists the verbs.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"

artifacts=artifacts
native_out=$artifacts/native
program_dir=$artifacts/fastrebalance
program=$program_dir/fastrebalance
cli_project=src/FastRebalance.Cli/FastRebalance.Cli.csproj
native_flags=(-std=c11 -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror) # no contraction: the managed twin must give the same bits

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
case "$(uname -s)" in
  Darwin) native_name=libfastrebalance.dylib ;;
  *) native_name=libfastrebalance.so ;;
esac

help() {
  cat <<'TEXT'
usage: ./build.sh VERB [flags]

  run     builds, starts the local chain, trades on it and writes artifacts/run/report.json (30 s unless told: run --for 5m);
          every flag goes to `fastrebalance run`
  test    builds and runs every test; the last line is "N passed, N failed, N skipped"; flags go to the test programs
  build   the program: artifacts/fastrebalance/fastrebalance
  contracts  compiles the executor contracts anew with the compiler from npm and holds them to the artifacts in src/contracts/artifact;
          contracts --accept puts the new ones in their place
  contracts-test  fuzzes the shipped executor against Uniswap's own pools with forge from npm; flags go to forge test
  native  the C library: artifacts/native/libfastrebalance.so (.dylib on macOS)
  native-test  the C library's own tests under the address and undefined-behaviour sanitizers
  bench   measures this machine: every flag goes to `fastrebalance bench` (bench --for 10s --json, bench ring, bench settings);
          bench --filter '*Ring*' (also -f, --list flat) runs the BenchmarkDotNet suites;
          bench soak: ten minutes in which no hot thread may allocate and nothing may be collected (bench soak --for 1m)
  peers   our routes beside those of routers from npm, on the same pools; flags go to `fastrebalance bench routing-peers compare`;
          peers signing: our signed transactions beside those of ethers and viem
  chaos   kills the submitter at every step and anywhere, restarts it, and counts double fills and lost intents on a real chain;
          flags go to `fastrebalance bench chaos` (chaos --crashes 10000 --desks 2 --json)
  scenarios
          plays crashes and troubles on desks with debt, simulated and on a real node; flags go to `fastrebalance bench scenarios`
          (scenarios --json --variants 1000 --only chain-); exit code 1 if something that must not happen did
  pack    the two packages, artifacts/packages: the library FastRebalance and the tool FastRebalance.Tool, which is then installed from there
          into an empty folder and asked for its version; and the command as one file, which is asked too
  aot     the command as machine code without a runtime, artifacts/aot; every warning of the compiler is an error (it takes minutes)
  all     build, then test
  help    this text

What is missing is installed through apt-get where that is possible; otherwise the exact line to type is printed.
TEXT
}

say() { printf '== %s\n' "$*"; }

fail() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# ---- what the machine needs ----

# Takes Debian package names, installs them or prints how; fails where they could not be installed.
install_packages() {
  local sudo=()
  if ! have apt-get; then
    printf 'build.sh: please install with your package manager: %s\n' "$*" >&2
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      sudo=(sudo)
    else
      printf 'build.sh: please run: sudo apt-get update && sudo apt-get install -y %s\n' "$*" >&2
      return 1
    fi
  fi
  say "installing $* with apt-get"
  "${sudo[@]+"${sudo[@]}"}" apt-get update -qq || true # an unreachable extra source must not stop what the others have
  "${sudo[@]+"${sudo[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# grep reads to the end here and below: with -q it may close the pipe early, which pipefail takes for a failure.
has_dotnet_10() { have dotnet && dotnet --list-sdks 2>/dev/null | grep '^10\.' >/dev/null; }

is_ubuntu() { grep -E '^ID="?ubuntu"?$' /etc/os-release >/dev/null 2>&1; }

need_dotnet() {
  # The official script installs here and leaves PATH as it was.
  if ! has_dotnet_10 && [ -x "$HOME/.dotnet/dotnet" ]; then
    export PATH="$HOME/.dotnet:$PATH" DOTNET_ROOT="$HOME/.dotnet"
  fi
  has_dotnet_10 && return
  if is_ubuntu; then # Debian has no such package
    install_packages dotnet-sdk-10.0 && has_dotnet_10 && return
  fi
  fail "the .NET 10 SDK is missing; install it with this line and start again:
  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
}

has_secp256k1() {
  { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true; } | grep 'libsecp256k1\.so' >/dev/null && return
  compgen -G '/usr/lib/libsecp256k1.*' >/dev/null || compgen -G '/usr/local/lib/libsecp256k1.*' >/dev/null \
    || compgen -G '/opt/homebrew/lib/libsecp256k1.*' >/dev/null
}

need_secp256k1() {
  has_secp256k1 || install_packages libsecp256k1-dev || fail "libsecp256k1 signs the transactions; there is no going on without it"
}

need_node() { # WHAT
  if have node && have npm; then return; fi
  install_packages nodejs npm || fail "${1:-the local chain is installed with npm and runs beside node}"
}

# Sets cc; empty where there is no C compiler, and everything but the native library still works.
cc=
need_cc() {
  local candidate
  [ -z "$cc" ] || return 0
  for candidate in "${CC:-}" cc gcc clang; do
    if [ -n "$candidate" ] && have "$candidate"; then
      cc=$candidate
      return 0
    fi
  done
  if install_packages gcc libc6-dev && have gcc; then
    cc=gcc
  else
    say "no C compiler: the managed path search serves"
  fi
}

# ---- native ----

native() {
  need_cc
  [ -n "$cc" ] || return 0
  say "native: $native_out/$native_name ($cc)"
  mkdir -p "$native_out"
  # A running program may have the old file mapped: replaced by a rename, never written over.
  "$cc" -O2 -fPIC -shared -fvisibility=hidden "${native_flags[@]}" native/src/fastrebalance.c -o "$native_out/$native_name.new" || return
  mv -f "$native_out/$native_name.new" "$native_out/$native_name"
}

compile_native_test() { # NAME OUTPUT FLAGS...
  local name=$1 output=$2
  shift 2
  "$cc" -g -O1 "${native_flags[@]}" "$@" "$native_source/tests/$name.c" "$native_source/src/fastrebalance.c" -lm -o "$output"
}

# Passes where the tests notice what is broken.
native_litmus() { # NAME WHAT FLAGS...
  local name=$1 what=$2 status=0
  shift 2
  compile_native_test "$name" "$native_out/$name.litmus" "$@" || return
  "$native_out/$name.litmus" >/dev/null || status=$?
  [ "$status" -ne 1 ] || return 0
  say "native tests: $what was not noticed (exit code $status)"
  return 1
}

# A solver that is content early: its constants are no options of the build, so that one is changed in a copy.
break_basket_dual() { # COPY
  rm -rf "$1"
  mkdir -p "$1"
  cp -R native/include native/src native/tests "$1"
  sed 's/define FR_DUAL_NOISE .*/define FR_DUAL_NOISE 1e-2/' native/src/basket_dual.h >"$1/src/basket_dual.h"
}

# 0 passed, 1 failed, 2 could not be run
native_test() {
  need_cc
  [ -n "$cc" ] || return 2
  local name tests status native_source=native sanitizers=(-fsanitize=address,undefined -fno-sanitize-recover=all)
  native || return 1
  if ! compile_native_test path_search_tests "$native_out/path_search_tests" "${sanitizers[@]}" 2>/dev/null; then
    say "native tests: $cc has no sanitizers here, running without"
    sanitizers=()
  fi
  say "native tests"
  for name in path_search_tests amm_quotes_tests basket_dual_tests; do
    tests=$native_out/$name status=0
    compile_native_test "$name" "$tests" "${sanitizers[@]+"${sanitizers[@]}"}" || return 1
    "$tests" || status=$?
    case $status in
      0) ;;
      2) say "native tests: $name cannot run with $cc" ;;
      *) return 1 ;;
    esac
  done

  # The tests must notice a search that prunes too early and a solver that stops too early, or their passing says nothing.
  native_litmus path_search_tests "a search with a wrong bound" -DFR_BOUND_SLACK=0.999 || return 1
  native_source=$native_out/litmus
  break_basket_dual "$native_source" || return 1
  native_litmus basket_dual_tests "a solver that stops too early" || return 1

  local list=(nm -D --defined-only) foreign
  [ "$(uname -s)" != Darwin ] || list=(nm -gU)
  if ! have nm; then
    say "native tests: no nm, exported names not checked"
    return 0
  fi
  foreign=$("${list[@]}" "$native_out/$native_name" | awk '{ sub(/^_/, "", $NF); if ($NF !~ /^fr_/) print $NF }')
  if [ -n "$foreign" ]; then
    say "native tests: exported beside fr_*: $foreign"
    return 1
  fi
  say "native tests passed; a wrong bound and an early stop are noticed; only fr_* is exported"
}

# ---- contracts ----

artifact_of() { sed -n 's/^  "codeSha256": "\(.*\)",$/\1/p' "$1"; }

contracts() {
  local out=$artifacts/contracts committed built status=0
  need_node "the Solidity compiler comes from npm and runs in node"
  mkdir -p "$out"
  cp src/contracts/package.json src/contracts/package-lock.json "$out"
  say "contracts: npm ci of the compiler into $out"
  (cd "$out" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error)
  node src/contracts/compile.cjs "$out/node_modules" "$out/built"
  for built in "$out"/built/*.json; do
    committed=src/contracts/artifact/$(basename "$built")
    if [ "${1:-}" = --accept ]; then
      cp "$built" "$committed"
      say "contracts: $committed is $(artifact_of "$committed") now; build again, it travels inside the program"
    elif cmp -s "$built" "$committed"; then
      say "contracts: $committed is what these sources compile to ($(artifact_of "$committed"))"
    else
      say "contracts: $committed is not what the sources compile to ($(artifact_of "$built")); type: ./build.sh contracts --accept"
      status=1
    fi
  done
  return $status
}

# ---- contract tests ----

contracts_out=$artifacts/contracts-test

forge_test() { # FLAGS...
  (cd "$contracts_out" && ./node_modules/@foundry-rs/forge-*/bin/forge test --use ./test/solc.cjs --offline "$@")
}

# Passes where the tests notice what is broken: the shipped code is exchanged for that of sources with one line less.
contracts_litmus() { # WHAT SED [CONTRACT TESTS]
  local contract=${3:-RebalanceExecutor} tests=${4:-test_ASequence}
  local broken=$contracts_out/litmus status=0
  rm -rf "$broken"
  mkdir -p "$broken"
  cp src/contracts/*.sol src/contracts/compile.cjs "$broken"
  sed -i.bak "$2" "$broken/$contract.sol"
  if cmp -s "$broken/$contract.sol" "$broken/$contract.sol.bak"; then
    say "contract tests: there is no line to break for: $1"
    return 1
  fi
  node "$broken/compile.cjs" "$contracts_out/node_modules" "$contracts_out/artifact" "$contract" >/dev/null || return 1
  forge_test --match-test "$tests" >/dev/null 2>&1 || status=$?
  cp src/contracts/artifact/*.json "$contracts_out/artifact"
  [ "$status" -eq 0 ] || return 0
  say "contract tests: not noticed: $1"
  return 1
}

# 0 passed, 1 failed, 2 could not be run
contracts_test() {
  mkdir -p "$contracts_out/artifact"
  cp -R src/contracts/*.sol src/contracts/test src/contracts/foundry.toml src/contracts/package.json src/contracts/package-lock.json "$contracts_out"
  cp src/contracts/artifact/*.json "$contracts_out/artifact"
  say "contract tests: npm ci of forge and the protocols into $contracts_out"
  if ! (cd "$contracts_out" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
    say "contract tests: the packages could not be installed"
    return 2
  fi
  if ! compgen -G "$contracts_out/node_modules/@foundry-rs/forge-*/bin/forge" >/dev/null; then
    say "contract tests: no forge is published for this machine"
    return 2
  fi
  forge_test "$@" || return 1
  [ $# -eq 0 ] || return 0

  contracts_litmus "limits that nobody keeps" 's/if (!LimitMath.isMet(trade.spent/if (false \&\& !LimitMath.isMet(trade.spent/' || return 1
  contracts_litmus "decisions that run twice" 's/if (bits & bit != 0) revert/if (false) revert/' || return 1
  contracts_litmus "callers without trust" 's/if (has < needs) revert/if (false) revert/' || return 1
  contracts_litmus "balances that are not kept" 's/Math.saturatingSub(balanceIn, leg.keepBalance)/balanceIn/' || return 1
  contracts_litmus "forged intents" 's/(vault, digest, signature)) revert/(vault, digest, signature) \&\& false) revert/' || return 1
  contracts_litmus "loans for another call" 's/ || keccak256(params) != s_loan//' LeveragedExecutor test_AMarketThat || return 1
  contracts_litmus "loans in another's name" 's/ || initiator != address(this)/ || initiator == address(0)/' LeveragedExecutor test_AMarketThat || return 1
  contracts_litmus "health that nobody looks at" 's/        _requireHealth(/        if (false) _requireHealth(/' LeveragedExecutor testFuzz_Health || return 1
  say "contract tests passed; eight broken contracts are noticed"
}

# ---- build ----

runtime_id() {
  local os=linux cpu=x64
  if [ "$(uname -s)" = Darwin ]; then os=osx; fi
  if [ "$os" = linux ] && { ldd --version 2>&1 || true; } | grep -i musl >/dev/null; then os=linux-musl; fi
  case "$(uname -m)" in aarch64 | arm64) cpu=arm64 ;; esac
  printf '%s-%s' "$os" "$cpu"
}

build() {
  need_dotnet
  need_secp256k1
  native
  local cli=$cli_project rid ready_to_run=true
  rid=$(runtime_id)
  # Compiled ahead for this machine where the compiler package is to be had; the program is the same without, only slower to start.
  if ! dotnet restore "$cli" -r "$rid" -p:PublishReadyToRun=true -v q >/dev/null 2>&1; then
    say "no ahead-of-time compiler package for $rid: the program is compiled when it runs"
    ready_to_run=false
    dotnet restore "$cli" -r "$rid" -v q
  fi
  say "build: $program ($rid)"
  dotnet publish "$cli" -c Release -r "$rid" --self-contained false -p:PublishReadyToRun=$ready_to_run --no-restore -o "$program_dir" -v q
  mv -f "$program_dir/FastRebalance.Cli" "$program"
  if [ -f "$native_out/$native_name" ]; then
    cp "$native_out/$native_name" "$program_dir/$native_name.new"
    mv -f "$program_dir/$native_name.new" "$program_dir/$native_name"
  fi
}

# ---- test ----

passed=0 failed=0 skipped=0
second_runs=() # tests that failed first and passed when run again alone

close_tests() {
  local status=0 test
  for test in "${second_runs[@]+"${second_runs[@]}"}"; do
    say "passed in its second run alone, not in its first: $test"
  done
  if [ "$failed" -gt 0 ]; then
    status=1
  elif [ "$passed" -eq 0 ]; then
    say "no test ran"
    status=1
  fi
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  exit "$status"
}

# The count of one kind in an xUnit result file: the attribute stands once, on its one <assembly> element.
count_of() { # KIND FILE
  sed -n "s/.*<assembly [^>]* $1=\"\([0-9][0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# What failed once on a real node that shares this machine with everybody gets one more run, alone: a test in the wrong fails there as well. At
# most three, or it is no accident; each is named above the last line.
runs_again() { # PROGRAM RESULTS
  local program=$1 results=$2 test tests=()
  while read -r test; do tests+=("$test"); done < <(
    sed 's/<test /\n<test /g' "$results" | sed -n 's/^<test .* result="Fail".* type="\([^"]*\)" method="\([^"]*\)".*/\1.\2/p' | sort -u)
  [ "${#tests[@]}" -ge 1 ] && [ "${#tests[@]}" -le 3 ] || return 1
  for test in "${tests[@]}"; do
    say "once more, alone: $test"
    "$program" -noColor -noLogo -parallel none -method "$test" -xml "$results.again" || return 1
    [ "$(count_of passed "$results.again")" -ge 1 ] || return 1
  done
  second_runs+=("${tests[@]}")
}

run_test_project() { # NAME FLAGS...
  local name=$1 program status=0 results ran bad skips unrun errors
  shift
  program=$artifacts/bin/$name/release/$name
  results=$root/$artifacts/test-results/$name.xml
  rm -f "$results"
  say "$name"
  # One test at a time: tests of allocation read their thread's count, into which a collection that another test causes books some bytes.
  "$program" -noColor -noLogo -parallel none -xml "$results" "$@" || status=$?
  ran= bad= skips= unrun= errors=
  if [ -f "$results" ]; then
    ran=$(count_of passed "$results") bad=$(count_of failed "$results") skips=$(count_of skipped "$results")
    unrun=$(count_of not-run "$results") errors=$(count_of errors "$results")
  fi
  if [ -z "$ran" ] || [ -z "$bad" ] || [ -z "$skips" ]; then
    say "$name ended with exit code $status and no results"
    failed=$((failed + 1))
    return
  fi
  bad=$((bad + ${errors:-0}))
  if [ "$bad" -eq 0 ] && [ "$ran" -gt 0 ] && [ "$status" -ne 0 ]; then
    say "$name ended with exit code $status though every test passed"
    bad=1
  fi
  if [ "$name" = FastRebalance.ChainTests ] && [ "$bad" -gt 0 ] && [ "${errors:-0}" -eq 0 ] && runs_again "$program" "$results"; then
    ran=$((ran + bad)) bad=0
  fi
  passed=$((passed + ran)) failed=$((failed + bad)) skipped=$((skipped + skips + ${unrun:-0}))
}

run_tests() {
  local project status=0
  need_dotnet
  need_secp256k1
  need_node
  mkdir -p "$artifacts/test-results"

  native_test || status=$?
  case $status in
    0) passed=1 ;;
    2) skipped=1 ;;
    *) failed=1 ;;
  esac

  status=0
  contracts_test || status=$?
  case $status in
    0) passed=$((passed + 1)) ;;
    2) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac

  # Release, because what the tests hold the hot path to (no allocation, the same bits) is promised of optimised code.
  say "build: FastRebalance.sln (Release)"
  if ! dotnet build FastRebalance.sln -c Release -v q; then
    failed=$((failed + 1))
    close_tests
  fi
  for project in tests/*/*.csproj; do
    grep -qF "$(basename "$project")" FastRebalance.sln || continue # one outside has a README that says what it needs
    run_test_project "$(basename "$project" .csproj)" "$@"
  done
  if pack --no-build; then
    passed=$((passed + 1))
  else
    say "pack: failed"
    failed=$((failed + 1))
  fi
  close_tests
}

# ---- pack ----

# 0 done, 1 failed; what is not to be had from the feed is installed from the folder alone.
pack() {
  local out=$root/$artifacts/packages try=$root/$artifacts/tool-try version
  need_dotnet
  native
  rm -rf "$out" "$try"
  say "pack: $out"
  dotnet pack FastRebalance.sln -c Release -o "$out" -v q "$@" || return 1
  mkdir -p "$try"
  (cd "$try" && dotnet tool install --tool-path . --add-source "$out" FastRebalance.Tool >/dev/null) || return 1
  version=$("$try/fastrebalance" --version) || return 1
  say "pack: the tool installed from there says $version"
  rm -rf "$try"
  single "$out" "$try"
}

# One file that wants nothing beside it but the .NET runtime: it is tried where nothing is.
single() { # OUT TRY
  local out=$1 try=$2 rid ready_to_run=true file version
  rid=$(runtime_id)
  file=$out/fastrebalance-$rid
  dotnet restore "$cli_project" -r "$rid" -p:PublishReadyToRun=true -v q >/dev/null 2>&1 || ready_to_run=false
  dotnet publish "$cli_project" -r "$rid" -p:PublishProfile=single-file -p:PublishReadyToRun=$ready_to_run -p:RunAnalyzers=false -o "$try" -v q || return 1
  [ "$(find "$try" -type f | wc -l)" -eq 1 ] || { say "pack: $try holds more than one file"; return 1; }
  mv "$try"/* "$file" && rm -rf "$try"
  version=$(cd / && "$file" --version) || return 1
  (cd / && "$file" schema | grep -q '"description"') || return 1
  say "pack: one file, $(($(wc -c <"$file") / 1048576)) MiB, says $version"
}

aot() {
  local out=$root/$artifacts/aot rid
  need_dotnet
  native
  [ -n "$cc" ] || fail "aot: gcc or clang links the program; there is none"
  rid=$(runtime_id)
  rm -rf "$out"
  say "aot: $out ($rid)"
  dotnet publish "$cli_project" -r "$rid" -p:PublishProfile=native-aot -p:RunAnalyzers=false -o "$out" -v q || return 1
  mv -f "$out/FastRebalance.Cli" "$out/fastrebalance"
  say "aot: $(($(wc -c <"$out/fastrebalance") / 1048576)) MiB, says $("$out/fastrebalance" --version)"
}

# ---- run ----

devnet_pid=

stop_devnet() {
  [ -n "$devnet_pid" ] || return 0
  say "stopping the local chain"
  kill -TERM "$devnet_pid" 2>/dev/null || true
  wait "$devnet_pid" 2>/dev/null || true
  devnet_pid=
}

is_ready() { [ -f "$1/config.json" ] && grep -qiw ready "$1/devnet.log"; }

run() {
  local out=$artifacts/run status=0 flag defaults=(--for 30s --report "$artifacts/run/report.json") wanted=() i
  need_node
  build

  for ((i = 0; i < ${#defaults[@]}; i += 2)); do # a flag given here takes the place of ours
    for flag in "$@"; do
      case $flag in "${defaults[i]}" | "${defaults[i]}="*) continue 2 ;; esac
    done
    wanted+=("${defaults[i]}" "${defaults[i + 1]}")
  done

  rm -rf "$out"
  mkdir -p "$out"
  say "starting the local chain (log: $out/devnet.log; the first start downloads its parts)"
  "$program" devnet --seed 7 --noise --out "$out" >"$out/devnet.log" 2>&1 &
  devnet_pid=$!
  trap stop_devnet EXIT
  trap : INT TERM # the engine drains on Ctrl-C; its exit code is still wanted, and the chain still to be stopped
  for ((i = 0; i < 3000; i++)); do
    is_ready "$out" && break
    if ! kill -0 "$devnet_pid" 2>/dev/null; then
      tail -n 20 "$out/devnet.log" >&2
      fail "the local chain did not start"
    fi
    sleep 0.2
  done
  is_ready "$out" || fail "the local chain was not ready after ten minutes; see $out/devnet.log"

  say "trading"
  "$program" run -c "$out/config.json" "${wanted[@]+"${wanted[@]}"}" "$@" || status=$?
  stop_devnet
  exit "$status"
}

# ---- bench ----

bench_project() { # NAME WHAT FLAGS...
  local name=$1 what=$2
  shift 2
  need_dotnet
  need_secp256k1
  native
  say "bench: $what"
  dotnet run -c Release --project "bench/$name" -- "$@"
}

bench() {
  local flag
  if [ "${1:-}" = soak ]; then
    shift
    bench_project FastRebalance.LatencyTests "the long run" "$@"
    return
  fi
  for flag in "$@"; do
    case $flag in
      -f | --filter | --filter=* | --list | --list=*)
        bench_project FastRebalance.Benchmarks "BenchmarkDotNet" "$@"
        return
        ;;
    esac
  done
  build
  say "bench: the engine alone, on schedule"
  "$program" bench "$@"
}

# ---- chaos ----

chaos() {
  need_node
  build >&2 # standard output holds the answer and nothing else
  "$program" bench chaos "$@"
}

# ---- scenarios ----

scenarios() {
  need_node
  build >&2 # standard output holds the answer and nothing else
  "$program" bench scenarios "$@"
}

# ---- peers ----

peer_names=(v2-sdk balancer-sor smart-order-router)

# Each in a folder of its own below artifacts, so that one that is not to be had does not take the others with it; none of their install
# scripts run. A peer that fails leaves no answers, which the comparison reports by name and with its exit code.
ask_peer() { # NAME OUT
  local name=$1 out=$2
  rm -f "$out/$name.json"
  mkdir -p "$out/$name"
  cp "bench/peers/$name/package.json" "bench/peers/$name/answer.mjs" "$out/$name"
  say "peers: npm install of $name into $out/$name"
  if ! (cd "$out/$name" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error); then
    say "peers: $name could not be installed"
    return
  fi
  say "peers: $name answers"
  node "$out/$name/answer.mjs" "$out/instances.json" "$out/$name.json" || say "peers: $name failed"
}

peers_signing() {
  local out=$artifacts/peers/signing
  build
  mkdir -p "$out"
  cp bench/peers/signing/package.json bench/peers/signing/compare.mjs "$out"
  say "peers: npm install of ethers and viem into $out"
  (cd "$out" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)
  node "$out/compare.mjs" "$program" "$out"
}

peers() {
  local out=$artifacts/peers name answers=()
  if [ "${1:-}" = signing ]; then
    need_node "the other signers are installed with npm and run in node"
    peers_signing
    return
  fi
  need_node "the other routers are installed with npm and run in node"
  build
  mkdir -p "$out"
  cp bench/peers/harness.mjs "$out"
  "$program" bench routing-peers write "$out/instances.json"
  for name in "${peer_names[@]}"; do
    ask_peer "$name" "$out"
    answers+=("$out/$name.json")
  done
  "$program" bench routing-peers compare "$out/instances.json" "${answers[@]}" "$@"
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
  run) run "$@" ;;
  test) run_tests "$@" ;;
  build) build ;;
  contracts) contracts "$@" ;;
  contracts-test)
    need_node "forge and the compiler come from npm"
    contracts_test "$@"
    ;;
  native) native ;;
  native-test) native_test ;;
  bench) bench "$@" ;;
  peers) peers "$@" ;;
  chaos) chaos "$@" ;;
  scenarios) scenarios "$@" ;;
  pack) pack "$@" ;;
  aot) aot ;;
  all)
    build
    run_tests "$@"
    ;;
  help | -h | --help) help ;;
  *)
    printf 'build.sh: no such verb: %s\n\n' "$verb" >&2
    help >&2
    exit 2
    ;;
esac
