using System.Text.RegularExpressions;
using Spotify.Fixtures;
using YamlDotNet.RepresentationModel;

namespace Spotify.Cloud.Tests;

/// <summary>The workflow of GitHub that operators copy, <c>docs/deploy.yml</c>.</summary>
public sealed partial class WorkflowTests
{
    private static readonly YamlMappingNode Workflow = Read();

    private static IEnumerable<YamlMappingNode> Steps =>
        ((YamlSequenceNode)Workflow["jobs"]["deploy"]["steps"]).Cast<YamlMappingNode>();

    [Fact]
    public void The_workflow_deploys_the_branch_that_google_trusts_one_commit_at_a_time()
    {
        Assert.Equal(["main"], ((YamlSequenceNode)Workflow["on"]["push"]["branches"]).Select(branch => branch.ToString()));
        Assert.Equal("write", Workflow["permissions"]["id-token"].ToString());
        Assert.Equal("false", Workflow["concurrency"]["cancel-in-progress"].ToString());
    }

    [Fact]
    public async Task The_workflow_signs_in_with_the_outputs_of_the_accounts_stack()
    {
        var outputs = (await Deployed.To("Accounts/staging+repository")).Outputs;
        var auth = Steps.Single(step => Text(step, "uses").StartsWith("google-github-actions/auth@", StringComparison.Ordinal))["with"];

        Assert.Equal("${{ vars.DEPLOYMENT_PROVIDER }}", auth["workload_identity_provider"].ToString());
        Assert.Equal("${{ vars.DEPLOYMENT_ACCOUNT }}", auth["service_account"].ToString());
        Assert.All(["deploymentProvider", "deploymentAccount"], name => Assert.Contains(name, outputs));
    }

    [Fact]
    public void The_workflow_builds_and_deploys_the_same_version_as_the_documented_steps()
    {
        var build = Text(Steps.Single(step => Text(step, "name") == "Build the images"), "run");
        var deploy = Text(Steps.Single(step => Text(step, "name") == "Deploy"), "run");
        var substitutions = Substitutions(Repository.Read("infra/google/cloudbuild.yaml"));

        Assert.Contains("--config=../infra/google/cloudbuild.yaml", build, StringComparison.Ordinal);
        Assert.Equal(substitutions, Substitutions(build));
        Assert.Equal(substitutions, Substitutions(Repository.Read("docs/cloud.md")));
        Assert.Contains("_VERSION=${GITHUB_SHA::12}", build, StringComparison.Ordinal);
        Assert.Contains("pulumi config set version \"${GITHUB_SHA::12}\"", deploy, StringComparison.Ordinal);
    }

    private static HashSet<string> Substitutions(string text) => [.. SubstitutionPattern().Matches(text).Select(match => match.Value)];

    private static string Text(YamlMappingNode step, string name) =>
        step.Children.TryGetValue(new YamlScalarNode(name), out var value) ? value.ToString() : "";

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        using var file = new StringReader(Repository.Read("docs/deploy.yml"));
        yaml.Load(file);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    [GeneratedRegex("\\b_[A-Z]+\\b")]
    private static partial Regex SubstitutionPattern();
}
