# Builds, tests and runs FastRebalance on Windows; build.sh offers the same on Linux and macOS. `./build.ps1 help` lists the verbs.
# Needs PowerShell 5.1 or later.
$Verb = 'help'
$Flags = @() # from $args and not a param block, so that -x and --x alike are passed on as they are
if ($args.Count -gt 0) { $Verb = [string]$args[0] }
if ($args.Count -gt 1) { $Flags = @($args[1..($args.Count - 1)] | ForEach-Object { [string]$_ }) }
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

$nativeOut = 'artifacts/native'
$nativeName = 'libfastrebalance.dll' # not fastrebalance.dll: disks here ignore case, and FastRebalance.dll lies beside it
$programDir = 'artifacts/fastrebalance'
$program = "$programDir/fastrebalance.exe"
$nativeFlags = @('-std=c11', '-ffp-contract=off', '-fno-math-errno', '-Wall', '-Wextra', '-Werror') # no contraction: the managed twin must give the same bits
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

function Say([string] $text) { Write-Host "== $text" }

function Fail([string] $text) {
    [Console]::Error.WriteLine("build.ps1: $text")
    exit 1
}

function Test-Command([string] $name) { $null -ne (Get-Command $name -CommandType Application -ErrorAction SilentlyContinue) }

# Stops at the first program that fails; PowerShell by itself goes on.
function Invoke-Checked([string] $file, [string[]] $arguments) {
    & $file @arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { Fail "$file ended with exit code $LASTEXITCODE" }
}

function Show-Help {
    Write-Host @'
usage: ./build.ps1 VERB [flags]

  run     builds, starts the local chain, trades on it and writes artifacts/run/report.json (30 s unless told: run --for 5m);
          every flag goes to `fastrebalance run`
  test    builds and runs every test; the last line is "N passed, N failed, N skipped"; flags go to the test programs
  build   the program: artifacts/fastrebalance/fastrebalance.exe
  contracts  compiles the executor contract anew with the compiler from npm and holds it to the artifact in src/contracts/artifact;
          contracts --accept puts the new one in its place
  contracts-test  fuzzes the shipped executor against Uniswap's own pools with forge from npm; flags go to forge test
  native  the C library: artifacts/native/libfastrebalance.dll (needs clang or gcc)
  native-test  the C library's own tests
  bench   measures this machine: every flag goes to `fastrebalance bench` (bench --for 10s --json, bench ring, bench settings);
          bench --filter '*Ring*' (also -f, --list flat) runs the BenchmarkDotNet suites;
          bench soak: ten minutes in which no hot thread may allocate and nothing may be collected (bench soak --for 1m)
  peers   our routes beside those of routers from npm, on the same pools; flags go to `fastrebalance bench routing-peers compare`;
          peers signing: our signed transactions beside those of ethers and viem
  chaos   kills the submitter at every step and anywhere, restarts it, and counts double fills and lost intents on a real chain;
          flags go to `fastrebalance bench chaos`; Linux only, as the write-ahead log is
  scenarios
          plays crashes and troubles on desks with debt, simulated and on a real node; flags go to `fastrebalance bench scenarios`
  pack    the two packages, artifacts/packages: the library FastRebalance and the tool FastRebalance.Tool, which is then installed from there
          into an empty folder and asked for its version; and the command as one file, which is asked too
  aot     the command as machine code without a runtime, artifacts/aot; every warning of the compiler is an error (it takes minutes)
  all     build, then test
  help    this text
'@
}

# ---- what the machine needs ----

function Assert-Dotnet {
    if ((Test-Command 'dotnet') -and (& dotnet --list-sdks | Where-Object { $_ -like '10.*' })) { return }
    Fail "the .NET 10 SDK is missing; install it with this line and start again:`n  winget install Microsoft.DotNet.SDK.10"
}

function Assert-Node([string] $why = 'the local chain is installed with npm and runs beside node') {
    if ((Test-Command 'node') -and (Test-Command 'npm')) { return }
    Fail "$why; install them with this line and start again:`n  winget install OpenJS.NodeJS.LTS"
}

function Find-Compiler {
    foreach ($candidate in @($env:CC, 'clang', 'gcc')) {
        if ($candidate -and (Test-Command $candidate)) { return $candidate }
    }
    Say 'no C compiler (clang or gcc): the managed path search serves'
    return $null
}

# ---- native ----

function Build-Native {
    $cc = Find-Compiler
    if (-not $cc) { return }
    Say "native: $nativeOut/$nativeName ($cc)"
    New-Item -ItemType Directory -Force $nativeOut | Out-Null
    Invoke-Checked $cc (@('-O2', '-shared') + $nativeFlags + @('native/src/fastrebalance.c', '-o', "$nativeOut/$nativeName"))
}

# Returns 'passed', 'failed' or 'skipped'.
function Test-Native {
    $cc = Find-Compiler
    if (-not $cc) { return 'skipped' }
    Build-Native
    Say 'native tests'
    foreach ($name in 'path_search_tests', 'amm_quotes_tests', 'basket_dual_tests') {
        $tests = "$nativeOut/$name.exe"
        # FR_BUILD: the tests are linked with the source itself and import nothing.
        & $cc (@('-g', '-O1', '-DFR_BUILD') + $nativeFlags + @("native/tests/$name.c", 'native/src/fastrebalance.c', '-o', $tests)) | Out-Host
        if ($LASTEXITCODE -ne 0) { return 'failed' }
        & "./$tests" | Out-Host
        if ($LASTEXITCODE -eq 2) { Say "native tests: $name cannot run with $cc" }
        elseif ($LASTEXITCODE -ne 0) { return 'failed' }
    }
    return 'passed'
}

# ---- build ----

function Get-RuntimeId {
    if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { return 'win-arm64' }
    return 'win-x64'
}

function Build-Program {
    Assert-Dotnet
    Build-Native
    $cli = 'src/FastRebalance.Cli/FastRebalance.Cli.csproj'
    $rid = Get-RuntimeId
    $readyToRun = 'true'
    & dotnet restore $cli -r $rid '-p:PublishReadyToRun=true' -v q | Out-Null
    if ($LASTEXITCODE -ne 0) {
        Say "no ahead-of-time compiler package for ${rid}: the program is compiled when it runs"
        $readyToRun = 'false'
        Invoke-Checked 'dotnet' @('restore', $cli, '-r', $rid, '-v', 'q')
    }
    Say "build: $program ($rid)"
    Invoke-Checked 'dotnet' @('publish', $cli, '-c', 'Release', '-r', $rid, '--self-contained', 'false',
        "-p:PublishReadyToRun=$readyToRun", '--no-restore', '-o', $programDir, '-v', 'q')
    Move-Item -Force "$programDir/FastRebalance.Cli.exe" $program
    if (Test-Path "$nativeOut/$nativeName") { Copy-Item -Force "$nativeOut/$nativeName" $programDir }
}

# ---- test ----

function Invoke-Tests {
    Assert-Dotnet
    Assert-Node
    $counts = @{ passed = 0; failed = 0; skipped = 0; second = @() }
    New-Item -ItemType Directory -Force 'artifacts/test-results' | Out-Null
    $counts[(Test-Native)] += 1
    $counts[(Test-Contracts)] += 1

    # Release, because what the tests hold the hot path to (no allocation, the same bits) is promised of optimised code.
    Say 'build: FastRebalance.sln (Release)'
    & dotnet build FastRebalance.sln -c Release -v q | Out-Host
    if ($LASTEXITCODE -ne 0) {
        $counts.failed += 1
    }
    else {
        $solution = Get-Content -Raw 'FastRebalance.sln'
        foreach ($project in Get-ChildItem 'tests/*/*.csproj') {
            # One outside the solution has a README that says what it needs.
            if ($solution.Contains($project.Name)) { Invoke-TestProject $project.BaseName $counts }
        }
    }

    if (Test-Pack @('--no-build')) { $counts.passed += 1 } else { $counts.failed += 1 }
    foreach ($test in $counts.second) { Say "passed in its second run alone, not in its first: $test" }
    $status = 0
    if ($counts.failed -gt 0) { $status = 1 }
    elseif ($counts.passed -eq 0) {
        Say 'no test ran'
        $status = 1
    }
    Write-Host "$($counts.passed) passed, $($counts.failed) failed, $($counts.skipped) skipped"
    exit $status
}

# What failed once on a real node that shares this machine with everybody gets one more run, alone: a test in the wrong fails there as well. At
# most three, or it is no accident; each is named above the last line.
function Test-Again([string] $name, $assembly, [hashtable] $counts) {
    $tests = @($assembly.SelectNodes('.//test[@result="Fail"]') | ForEach-Object { "$($_.type).$($_.method)" } | Sort-Object -Unique)
    if ($tests.Count -lt 1 -or $tests.Count -gt 3) { return $false }
    foreach ($test in $tests) {
        Say "once more, alone: $test"
        $results = Join-Path $PSScriptRoot "artifacts/test-results/$name.again.xml"
        & "./artifacts/bin/$name/release/$name.exe" -noColor -noLogo -parallel none -method $test -xml $results | Out-Host
        if ($LASTEXITCODE -ne 0 -or [int]([xml](Get-Content -Raw $results)).assemblies.assembly.passed -lt 1) { return $false }
    }
    $counts.second += $tests
    return $true
}

function Invoke-TestProject([string] $name, [hashtable] $counts) {
    $results = Join-Path $PSScriptRoot "artifacts/test-results/$name.xml"
    if (Test-Path $results) { Remove-Item $results }
    Say $name
    & "./artifacts/bin/$name/release/$name.exe" -noColor -noLogo -parallel none -xml $results @Flags | Out-Host
    $status = $LASTEXITCODE
    if (-not (Test-Path $results)) {
        Say "$name ended with exit code $status and no results"
        $counts.failed += 1
        return
    }
    $assembly = ([xml](Get-Content -Raw $results)).assemblies.assembly
    $bad = [int]$assembly.failed + [int]$assembly.errors
    if ($bad -eq 0 -and [int]$assembly.passed -gt 0 -and $status -ne 0) {
        Say "$name ended with exit code $status though every test passed"
        $bad = 1
    }
    $ran = [int]$assembly.passed
    if ($name -eq 'FastRebalance.ChainTests' -and $bad -gt 0 -and [int]$assembly.errors -eq 0 -and (Test-Again $name $assembly $counts)) {
        $ran += $bad
        $bad = 0
    }
    $counts.passed += $ran
    $counts.failed += $bad
    $counts.skipped += [int]$assembly.skipped + [int]$assembly.'not-run'
}

# ---- run ----

function Test-Ready([string] $out) {
    if (-not (Test-Path "$out/config.json")) { return $false }
    foreach ($log in "$out/devnet.log", "$out/devnet.err.log") {
        if ((Test-Path $log) -and (Select-String -Quiet -Pattern '\bready\b' -Path $log)) { return $true }
    }
    return $false
}

function Test-Flag([string] $name) { [bool]($Flags | Where-Object { $_ -eq $name -or $_ -like "$name=*" }) }

function Invoke-Run {
    Assert-Node
    Build-Program
    $out = 'artifacts/run'
    $wanted = @()
    if (-not (Test-Flag '--for')) { $wanted += @('--for', '30s') }
    if (-not (Test-Flag '--report')) { $wanted += @('--report', "$out/report.json") }

    if (Test-Path $out) { Remove-Item -Recurse -Force $out }
    New-Item -ItemType Directory -Force $out | Out-Null
    Say "starting the local chain (log: $out/devnet.log; the first start downloads its parts)"
    $devnet = Start-Process -PassThru -NoNewWindow -FilePath "./$program" -ArgumentList 'devnet', '--seed', '7', '--noise', '--out', $out `
        -RedirectStandardOutput "$out/devnet.log" -RedirectStandardError "$out/devnet.err.log"
    $status = 1
    try {
        $deadline = (Get-Date).AddMinutes(10)
        while (-not (Test-Ready $out)) {
            if ($devnet.HasExited) { Fail "the local chain did not start; see $out/devnet.log and $out/devnet.err.log" }
            if ((Get-Date) -gt $deadline) { Fail "the local chain was not ready after ten minutes; see $out/devnet.log" }
            Start-Sleep -Milliseconds 200
        }
        Say 'trading'
        & "./$program" run -c "$out/config.json" @wanted @Flags | Out-Host
        $status = $LASTEXITCODE
    }
    finally {
        Say 'stopping the local chain'
        # /T: the node it started goes with it, since Windows has no polite signal for a process without a window.
        if (-not $devnet.HasExited) { & taskkill /PID $devnet.Id /T /F | Out-Null }
    }
    exit $status
}

# ---- bench ----

function Invoke-BenchProject([string] $Name, [string] $What, [string[]] $Rest) {
    Assert-Dotnet
    Build-Native
    Say "bench: $What"
    Invoke-Checked 'dotnet' (@('run', '-c', 'Release', '--project', "bench/$Name", '--') + $Rest)
}

function Invoke-Bench {
    if ($Flags.Count -gt 0 -and $Flags[0] -eq 'soak') {
        Invoke-BenchProject 'FastRebalance.LatencyTests' 'the long run' @($Flags | Select-Object -Skip 1)
        return
    }
    if ($Flags | Where-Object { $_ -in '-f', '--filter', '--list' -or $_ -like '--filter=*' -or $_ -like '--list=*' }) {
        Invoke-BenchProject 'FastRebalance.Benchmarks' 'BenchmarkDotNet' $Flags
        return
    }
    Build-Program
    Say 'bench: the engine alone, on schedule'
    & "./$program" bench @Flags | Out-Host
    exit $LASTEXITCODE
}

# ---- contract tests ----

# 'passed', 'failed' or 'skipped'; the broken contracts that must be noticed are tried by build.sh alone.
function Test-Contracts {
    $out = 'artifacts/contracts-test'
    Assert-Node 'forge and the compiler come from npm'
    New-Item -ItemType Directory -Force "$out/artifact" | Out-Null
    Copy-Item -Recurse -Force 'src/contracts/*.sol', 'src/contracts/test', 'src/contracts/foundry.toml', 'src/contracts/package.json', 'src/contracts/package-lock.json' $out
    Copy-Item -Force 'src/contracts/artifact/RebalanceExecutor.json' "$out/artifact"
    Say "contract tests: npm ci of forge and the protocols into $out"
    Push-Location $out
    try {
        & npm ci --ignore-scripts --no-audit --no-fund --loglevel=error | Out-Host
        $forge = Get-ChildItem 'node_modules/@foundry-rs/forge-*/bin/forge.exe' -ErrorAction SilentlyContinue | Select-Object -First 1
        if ($LASTEXITCODE -ne 0 -or -not $forge) {
            Say 'contract tests: the packages could not be installed, or no forge is published for this machine'
            return 'skipped'
        }
        & $forge.FullName test --use './test/solc.cjs' --offline | Out-Host
        if ($LASTEXITCODE -eq 0) { return 'passed' } else { return 'failed' }
    }
    finally { Pop-Location }
}

# ---- contracts ----

function Get-CodeHash([string] $artifact) { (Get-Content -Raw $artifact | ConvertFrom-Json).codeSha256 }

function Invoke-Contracts {
    $out = 'artifacts/contracts'
    $committed = 'src/contracts/artifact/RebalanceExecutor.json'
    $built = "$out/RebalanceExecutor.json"
    Assert-Node 'the Solidity compiler comes from npm and runs in node'
    New-Item -ItemType Directory -Force $out | Out-Null
    Copy-Item -Force 'src/contracts/package.json', 'src/contracts/package-lock.json' $out
    Say "contracts: npm ci of the compiler into $out"
    Push-Location $out
    try { & npm ci --ignore-scripts --no-audit --no-fund --loglevel=error | Out-Host }
    finally { Pop-Location }
    if ($LASTEXITCODE -ne 0) { Fail 'npm ci of the compiler failed' }
    Invoke-Checked 'node' @('src/contracts/compile.cjs', "$out/node_modules", $built)
    if ($Flags.Count -gt 0 -and $Flags[0] -eq '--accept') {
        Copy-Item -Force $built $committed
        Say "contracts: $committed is $(Get-CodeHash $committed) now; build again, it travels inside the program"
    }
    elseif ((Get-FileHash $built).Hash -eq (Get-FileHash $committed).Hash) {
        Say "contracts: $committed is what these sources compile to ($(Get-CodeHash $committed))"
    }
    else {
        Fail "$committed is $(Get-CodeHash $committed), and the sources compile to $(Get-CodeHash $built); type: ./build.ps1 contracts --accept"
    }
}

# ---- peers ----

# Each in a folder of its own below artifacts, so that one that is not to be had does not take the others with it; none of their install
# scripts run. A peer that fails leaves no answers, which the comparison reports by name and with its exit code.
function Invoke-Peer([string] $name, [string] $out) {
    if (Test-Path "$out/$name.json") { Remove-Item "$out/$name.json" }
    New-Item -ItemType Directory -Force "$out/$name" | Out-Null
    Copy-Item -Force "bench/peers/$name/package.json", "bench/peers/$name/answer.mjs" "$out/$name"
    Say "peers: npm install of $name into $out/$name"
    Push-Location "$out/$name"
    try { & npm install --ignore-scripts --no-audit --no-fund --loglevel=error | Out-Host }
    finally { Pop-Location }
    if ($LASTEXITCODE -ne 0) {
        Say "peers: $name could not be installed"
        return
    }
    Say "peers: $name answers"
    & node "$out/$name/answer.mjs" "$out/instances.json" "$out/$name.json" | Out-Host
    if ($LASTEXITCODE -ne 0) { Say "peers: $name failed" }
}

function Invoke-SigningPeers {
    $out = 'artifacts/peers/signing'
    Build-Program
    New-Item -ItemType Directory -Force $out | Out-Null
    Copy-Item -Force 'bench/peers/signing/package.json', 'bench/peers/signing/compare.mjs' $out
    Say "peers: npm install of ethers and viem into $out"
    Push-Location $out
    try { & npm install --ignore-scripts --no-audit --no-fund --loglevel=error | Out-Host }
    finally { Pop-Location }
    & node "$out/compare.mjs" $program $out | Out-Host
    exit $LASTEXITCODE
}

function Invoke-Peers {
    if ($Flags.Count -gt 0 -and $Flags[0] -eq 'signing') {
        Assert-Node 'the other signers are installed with npm and run in node'
        Invoke-SigningPeers
    }
    $out = 'artifacts/peers'
    $names = 'v2-sdk', 'balancer-sor', 'smart-order-router'
    Assert-Node 'the other routers are installed with npm and run in node'
    Build-Program
    New-Item -ItemType Directory -Force $out | Out-Null
    Copy-Item -Force 'bench/peers/harness.mjs' $out
    Invoke-Checked "./$program" @('bench', 'routing-peers', 'write', "$out/instances.json")
    foreach ($name in $names) { Invoke-Peer $name $out }
    $answers = $names | ForEach-Object { "$out/$_.json" }
    & "./$program" bench routing-peers compare "$out/instances.json" @answers @Flags | Out-Host
    exit $LASTEXITCODE
}

function Invoke-Chaos {
    Assert-Node 'the local chain is installed with npm'
    Build-Program
    & "./$program" bench chaos @Flags | Out-Host
    exit $LASTEXITCODE
}

function Invoke-Scenarios {
    Assert-Node 'the local chain is installed with npm'
    Build-Program
    & "./$program" bench scenarios @Flags | Out-Host
    exit $LASTEXITCODE
}

# True where both packages were made and the tool, installed from there into an empty folder, tells its version.
function Test-Pack([string[]] $more = @()) {
    $out = Join-Path $PSScriptRoot 'artifacts/packages'
    $try = Join-Path $PSScriptRoot 'artifacts/tool-try'
    foreach ($folder in $out, $try) { if (Test-Path $folder) { Remove-Item -Recurse -Force $folder } }
    Say "pack: $out"
    & dotnet pack FastRebalance.sln -c Release -o $out -v q @more | Out-Host
    if ($LASTEXITCODE -ne 0) { return $false }
    New-Item -ItemType Directory -Force $try | Out-Null
    Push-Location $try
    & dotnet tool install --tool-path . --add-source $out FastRebalance.Tool | Out-Host
    $status = $LASTEXITCODE
    Pop-Location
    if ($status -ne 0) { return $false }
    $version = & (Join-Path $try 'fastrebalance.exe') --version
    if ($LASTEXITCODE -ne 0) { return $false }
    Say "pack: the tool installed from there says $version"
    Remove-Item -Recurse -Force $try
    return Test-Single $out $try
}

# One file that wants nothing beside it but the .NET runtime.
function Test-Single([string] $out, [string] $try) {
    $cli = 'src/FastRebalance.Cli/FastRebalance.Cli.csproj'
    $rid = Get-RuntimeId
    & dotnet restore $cli -r $rid '-p:PublishReadyToRun=true' -v q | Out-Null
    $readyToRun = if ($LASTEXITCODE -eq 0) { 'true' } else { 'false' }
    & dotnet publish $cli -r $rid '-p:PublishProfile=single-file' "-p:PublishReadyToRun=$readyToRun" '-p:RunAnalyzers=false' -o $try -v q | Out-Host
    if ($LASTEXITCODE -ne 0) { return $false }
    $file = Join-Path $out "fastrebalance-$rid.exe"
    Move-Item -Force (Join-Path $try 'FastRebalance.Cli.exe') $file
    Remove-Item -Recurse -Force $try
    $version = & $file --version
    if ($LASTEXITCODE -ne 0) { return $false }
    Say "pack: one file says $version"
    return $true
}

function Publish-Aot {
    Assert-Dotnet
    Build-Native
    $out = Join-Path $PSScriptRoot 'artifacts/aot'
    if (Test-Path $out) { Remove-Item -Recurse -Force $out }
    Invoke-Checked 'dotnet' @('publish', 'src/FastRebalance.Cli/FastRebalance.Cli.csproj', '-r', (Get-RuntimeId), '-p:PublishProfile=native-aot', '-p:RunAnalyzers=false', '-o', $out, '-v', 'q')
    Move-Item -Force "$out/FastRebalance.Cli.exe" "$out/fastrebalance.exe"
}

function Invoke-Pack {
    Assert-Dotnet
    Build-Native
    if (-not (Test-Pack)) { exit 1 }
}

switch ($Verb) {
    'run' { Invoke-Run }
    'test' { Invoke-Tests }
    'build' { Build-Program }
    'contracts' { Invoke-Contracts }
    'contracts-test' { if ((Test-Contracts) -eq 'failed') { exit 1 } }
    'native' { Build-Native }
    'native-test' { if ((Test-Native) -eq 'failed') { exit 1 } }
    'bench' { Invoke-Bench }
    'peers' { Invoke-Peers }
    'chaos' { Invoke-Chaos }
    'scenarios' { Invoke-Scenarios }
    'pack' { Invoke-Pack }
    'aot' { Publish-Aot }
    'all' { Build-Program; Invoke-Tests }
    { $_ -in 'help', '-h', '--help' } { Show-Help }
    default {
        [Console]::Error.WriteLine("build.ps1: no such verb: $Verb")
        Show-Help
        exit 2
    }
}
