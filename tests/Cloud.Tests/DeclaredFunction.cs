using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Accounts;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Domain.Data;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>Declares the resources and roles of an example function, without the rest of the stack.</summary>
internal static class DeclaredFunction
{
    public const string Project = "example-dev";

    /// <summary>Returns the service account of the function.</summary>
    public static string MemberOf(FunctionDefinition definition) =>
        $"serviceAccount:{definition.Name}@{Project}.iam.gserviceaccount.com";

    /// <summary>Declares the roles of a function and the resources that they apply to.</summary>
    public static async Task<ImmutableArray<Declared>> DeclareAsync(FunctionDefinition definition)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(Deployed.ConfigOf("dev")));
        var mocks = new CloudMocks(Project);
        var function = new CloudFunction(definition);
        await Deployment.TestAsync(mocks, new TestOptions { ProjectName = "spotify", StackName = "dev", IsPreview = false }, () =>
        {
            var settings = StackSettings.Read();
            var (services, project) = (new Services(settings.Project), new ProjectFacts(Project, CloudMocks.ProjectNumber));
            var context = new FunctionContext(
                settings,
                project,
                services,
                new Data(settings, project, services, [function]),
                new Messaging(settings, project, services, [function], ""),
                new Warehouse(settings, services, WarehouseSchema.Current),
                new Identity(settings, services),
                "music.example",
                new AccountsOutputs(
                    "an-api-key",
                    OpenRegistration: false,
                    "us-central1-docker.pkg.dev/example-dev/spotify",
                    CloudMocks.MasterKeyOf(Project)),
                [function]);
            var account = $"projects/{Project}/serviceAccounts/{MemberOf(definition).Split(':')[1]}";
            new Grants(function, account, MemberOf(definition), context, new CustomResourceOptions()).Declare();
        });
        return mocks.All;
    }
}
