using System.CommandLine;
using System.Text.Json;
using FastRebalance.Configuration;
using FastRebalance.Core.Assets;
using FastRebalance.Ethereum.Contracts;
using FastRebalance.Ethereum.Keys;
using FastRebalance.Ethereum.Transactions;
using FastRebalance.Hosting;
using FastRebalance.Native;

namespace FastRebalance.Cli.Commands;

/// <summary><c>executor</c>: the desk's own contract, which sizes a basket when it runs.</summary>
internal static class ExecutorCommand
{
    public static Command Create() => new("executor", "Deploy and verify the contract that runs baskets within signed limits.")
    {
        Deploy(), Verify(), SignIntent(),
    };

    private static Command Deploy()
    {
        Option<string> config = CommonOptions.Config();
        Option<string?> vault = Place("--vault", "Whose tokens it trades and who rules it, an account or a Safe; the configured account where left out.");
        Option<string?> guardian = Place("--guardian", "Who may pause it beside the vault; nobody where left out.");
        Option<string?> permit2 = Place("--permit2", "Permit2; where left out, the address that it has on most chains.");
        Option<string?> manager = Place("--pool-manager", "Uniswap V4's pool manager; that of the configured pools where left out.");
        Option<string?> balancer = Place("--balancer", "Balancer's vault; that of the configured pools where left out.");
        Option<string?> lending = Place(
            "--lending", "The PoolAddressesProvider of the Aave V3 market that it trades out of and into; that of a portfolio with a lending section where left out.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("deploy", "Deploy an executor for the configured account and pools; sends one transaction.")
        {
            config, vault, guardian, permit2, manager, balancer, lending, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => DeployAsync(output, parse.GetValue(config)!, new ExecutorTerms(
                Read(vault.Name, parse.GetValue(vault)), Read(guardian.Name, parse.GetValue(guardian)), Read(permit2.Name, parse.GetValue(permit2)),
                Read(manager.Name, parse.GetValue(manager)), Read(balancer.Name, parse.GetValue(balancer)), Read(lending.Name, parse.GetValue(lending)))));
        });
        return command;
    }

    private static Command Verify()
    {
        Option<string> config = CommonOptions.Config();
        Option<bool> json = CommonOptions.Json();
        Command command = new("verify", "Hold the configured executor against the one this program was built with, and against the desk.") { config, json };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => VerifyAsync(output, parse.GetValue(config)!));
        });
        return command;
    }

    private static Command SignIntent()
    {
        Option<string> config = CommonOptions.Config();
        Option<string> intent = new("--intent", "-i")
        {
            Description = "The intent: { \"id\", \"epoch\", \"maxBlock\", \"limits\": [ { \"tokenIn\", \"tokenOut\", \"maxIn\", \"keepBalance\", \"limitPriceX96\" } ] }, numbers as text.",
            Required = true,
        };
        Option<string> keystore = new("--keystore", "-k") { Description = "The vault's keystore. A Safe's owners sign the digest that is printed instead.", Required = true };
        Option<string> password = new("--password-file", "-p") { Description = "The file that holds its password.", Required = true };
        Option<bool> json = CommonOptions.Json();
        Command command = new("sign-intent", "Sign standing limits for a key that may do no more, into the intent's own file; asks no node.")
        {
            config, intent, keystore, password, json,
        };
        command.SetAction((parse, _) =>
        {
            Output output = new(parse.GetValue(json));
            return output.GuardAsync(() => Task.FromResult(SignIntent(
                output, ConfigReader.Read(parse.GetValue(config)!), parse.GetValue(intent)!, parse.GetValue(keystore)!, parse.GetValue(password)!)));
        });
        return command;
    }

    private static int SignIntent(Output output, ConfigFile config, string file, string keystore, string passwordFile)
    {
        if (!config.Contracts.TryGetValue(ContractNames.RebalanceExecutor, out Address executor))
            throw new ConfigException([new ConfigProblem($"contracts.{ContractNames.RebalanceExecutor}", "nothing", "the executor that the intent is for")]);
        ExecutorIntent intent = IntentFile.Read(file).Intent;
        Hash32 digest = intent.Digest(config.Chain.Id, in executor);
        using TransactionSigner signer = new(KeyLoader.ReadKeystore(keystore, passwordFile), config.Chain.Id);
        Signature signature = signer.SignDigest(in digest);
        IntentFile.Write(file, new SignedIntent(intent, (byte[])[.. signature.Span[..64], (byte)(27 + signature.YParity)]));
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("executor", Eip55.Format(executor));
                writer.WriteString("signer", Eip55.Format(signer.Address));
                writer.WriteString("digest", digest.ToString());
                writer.WriteEndObject();
            });
        else
            output.Say($"signed by {Eip55.Format(signer.Address)} for {Eip55.Format(executor)}: {file}, digest {digest}; name it as executor.intent");
        return ExitCodes.Done;
    }

    private static async Task<int> DeployAsync(Output output, string config, ExecutorTerms terms)
    {
        using Stopping stopping = new();
        DeployedExecutor made = await ExecutorDeployment.DeployAsync(config, terms, stopping.Token).ConfigureAwait(false);
        if (output.IsJson)
        {
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("executor", Eip55.Format(made.Executor));
                writer.WriteString("transaction", made.TransactionHash.ToString());
                writer.WriteNumber("gasUsed", made.GasUsed);
                if (made.LendingPool is { } lendingPool)
                    writer.WriteString("lendingPool", Eip55.Format(lendingPool));
                Write(writer, made.Facts);
                writer.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        output.Say($"executor {Eip55.Format(made.Executor)}, for the vault {Eip55.Format(made.Facts.Vault)}; {made.GasUsed} gas in {made.TransactionHash}");
        if (made.LendingPool is { } pool)
            output.Say($"it trades out of and into the lending pool {Eip55.Format(pool)}");
        output.Say($"next: \"contracts\": {{ \"{ContractNames.RebalanceExecutor}\": \"{Eip55.Format(made.Executor)}\" }} in {config}");
        output.Say($"      then its allowances: fastrebalance doctor -c {config} --approve, or the vault's own approvals where that is not the account");
        output.Say($"      and a look: fastrebalance executor verify -c {config}");
        return ExitCodes.Done;
    }

    private static async Task<int> VerifyAsync(Output output, string config)
    {
        using Stopping stopping = new();
        ExecutorExamination found = await ExecutorExamination.ExamineAsync(config, stopping.Token).ConfigureAwait(false);
        ExecutorArtifact artifact = found.Artifact;
        if (output.IsJson)
            output.Document(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("executor", Eip55.Format(found.Executor));
                writer.WriteBoolean("codeMatches", found.CodeMatches);
                writer.WriteString("codeSha256", artifact.CodeSha256);
                writer.WriteString("compiler", artifact.Compiler);
                if (found.Facts is { } facts)
                    Write(writer, facts);
                writer.WriteStartArray("problems");
                foreach (string problem in found.Problems)
                    writer.WriteStringValue(problem);
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        else
            Show(output, found, artifact);
        return found.CodeMatches && found.Problems.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Show(Output output, ExecutorExamination found, ExecutorArtifact artifact)
    {
        output.Say(found.CodeMatches
            ? $"the code at {Eip55.Format(found.Executor)} is this program's executor ({artifact.CodeSha256}, solc {artifact.Compiler})"
            : $"the code at {Eip55.Format(found.Executor)} is NOT this program's executor");
        if (found.Facts is { } facts)
            output.Say($"vault {Eip55.Format(facts.Vault)}, guardian {Eip55.Format(facts.Guardian)}, epoch {facts.Epoch}, trust of the account: {facts.Trust}");
        foreach (string problem in found.Problems)
            output.Say($"to do: {problem}");
        if (found.CodeMatches && found.Problems.Count == 0)
            output.Say("ready: every configured pool may be traded and every asset taken");
    }

    private static void Write(Utf8JsonWriter writer, ExecutorFacts facts)
    {
        writer.WriteString("vault", Eip55.Format(facts.Vault));
        writer.WriteString("guardian", Eip55.Format(facts.Guardian));
        writer.WriteString("poolManager", Eip55.Format(facts.Chain.PoolManager));
        writer.WriteString("balancer", Eip55.Format(facts.Chain.Balancer));
        writer.WriteString("permit2", Eip55.Format(facts.Chain.Permit2));
        writer.WriteString("wrappedNative", Eip55.Format(facts.Chain.WrappedNative));
        writer.WriteString("trust", facts.Trust.ToString().ToLowerInvariant());
        writer.WriteBoolean("paused", facts.IsPaused);
        writer.WriteBoolean("goalRequired", facts.GoalRequired);
        writer.WriteNumber("epoch", facts.Epoch);
    }

    private static Address? Read(string option, string? text) =>
        text is null ? null
        : Address.TryParse(text, out Address address) ? address
        : throw new ConfigException([new ConfigProblem(option, text, "0x and 40 hexadecimal digits")]);

    private static Option<string?> Place(string name, string description) => new(name) { Description = description };
}
