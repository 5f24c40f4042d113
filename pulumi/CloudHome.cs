using Pulumi;

namespace Spotify.Cloud;

/// <summary>The cloud home, whole.</summary>
internal static class CloudHome
{
    /// <summary>Declares everything that a stack consists of.</summary>
    /// <returns>What an operator needs to know of it.</returns>
    public static async Task<IDictionary<string, object?>> DeployAsync()
    {
        var settings = StackSettings.Read();
        var root = SourceArchive.FindRoot(Directory.GetCurrentDirectory());
        var rows = FunctionTable.All;

        var services = new Services(settings);
        var project = await ProjectFacts.ReadAsync(settings.Project);
        var edge = new Edge(settings, services);
        var identity = new Identity(settings, project, edge.Domain, services);
        var data = new Data(settings, project, services);
        var messaging = new Messaging(settings, project, services, [.. rows, FunctionTable.AudioIngest], Path.Combine(root, "infra", "pubsub"));
        _ = new Warehouse(settings, project, services, WarehouseFiles.Read(Path.Combine(root, "infra", "bigquery")));
        _ = new LiveDocuments(settings, services, Path.Combine(root, "infra", "firestore", "firestore.rules"));

        var context = new FunctionContext(settings, project, services, data, messaging, identity, edge.Domain);
        var functions = new Functions(context, SourceArchive.Of(root), rows);
        var ingest = new AudioIngest(context, FunctionTable.AudioIngest, functions.All.First(function => function.Row.Caller == Caller.Scheduler));
        foreach (var function in functions.All.Where(function => function.Row.Caller == Caller.Subscription)) messaging.Subscribe(function, settings, identity);
        _ = new Schedule(settings, project, identity, functions.All, services);

        var player = new WebPlayer(settings, identity, services, Path.Combine(root, "infra", "web"));
        edge.Serve(functions.All, data, player, project, identity);
        _ = new Logs(settings, project, services);
        var observability = new Observability(settings, project, edge.Domain, services, rows);

        return new Dictionary<string, object?>
        {
            ["address"] = edge.Address.Address,
            ["url"] = Output.Format($"https://{edge.Domain}"),
            ["apiKey"] = identity.ApiKey,
            ["database"] = data.DatabaseName,
            ["dashboard"] = observability.DashboardUrl,
            ["uploads"] = data.Uploads.Url,
            ["imageRepository"] = ingest.ImageRepository,
            ["deploymentProvider"] = identity.DeploymentProvider,
            ["deploymentAccount"] = identity.DeploymentAccount,
        };
    }
}
