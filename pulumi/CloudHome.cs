using Pulumi;
using Spotify.Cloud.Accounts;
using Spotify.Domain.Data;
using Spotify.Web.Functions;

namespace Spotify.Cloud;

/// <summary>The whole cloud home.</summary>
internal static class CloudHome
{
    /// <summary>Declares all resources of a stack.</summary>
    /// <param name="functions">The functions; <see cref="CloudFunction.All"/> outside of tests.</param>
    /// <param name="root">The root of the repository.</param>
    /// <param name="releases">The releases of security rules.</param>
    /// <returns>The outputs of the stack.</returns>
    public static async Task<IDictionary<string, object?>> DeployAsync(
        IReadOnlyList<CloudFunction> functions, string root, IRuleReleases releases)
    {
        var settings = StackSettings.Read();
        var accounts = await AccountsStack.ReadAsync();

        var services = new Services(settings.Project);
        var project = await ProjectFacts.ReadAsync(settings.Project);
        var edge = new Edge(settings, services);
        var identity = new Identity(settings, services);
        var data = new Data(settings, project, services, functions);
        var messaging = new Messaging(settings, project, services, functions, Path.Combine(root, "infra", "pubsub"));
        var warehouse = new Warehouse(settings, services, WarehouseSchema.Current);
        _ = new LiveDocuments(settings, services, Path.Combine(root, "infra", "firestore", "firestore.rules"), releases);

        var context = new FunctionContext(
            settings, project, services, data, messaging, warehouse, identity, edge.Domain, accounts, functions);
        context = context with { TrainingJob = new Training(context).Job };
        var deployed = new Functions(context).All;
        foreach (var function in deployed.Where(function => function.Function.Caller == Caller.Subscription))
            messaging.Subscribe(function, context);
        _ = new SchedulerJobs(settings, project, identity, deployed, services);

        var player = new WebPlayer(settings, services, Path.Combine(root, "infra", "web"));
        edge.Serve(deployed, data, player, project, identity);
        _ = new Logs(settings, project, services);
        var observability = new Observability(settings, project, edge.Domain, services, functions);

        return new Dictionary<string, object?>
        {
            ["address"] = edge.Address.Address,
            ["url"] = Output.Format($"https://{edge.Domain}"),
            ["database"] = data.DatabaseName,
            ["dashboard"] = observability.DashboardUrl,
            ["uploads"] = data.Uploads.Url,
        };
    }
}
