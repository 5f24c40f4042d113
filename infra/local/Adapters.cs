using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Local.LiveDocuments;
using Spotify.Local.Messages;
using Spotify.Local.Objects;
using Spotify.Local.Queues;
using Spotify.Local.Schedules;
using Spotify.Local.Signing;
using Spotify.Local.Tasks;
using Spotify.Local.Training;
using Spotify.Local.Warehouse;
using Spotify.Web.Functions;

namespace Spotify.Local;

/// <summary>Registration of the adapters of the one-machine home.</summary>
internal static class Adapters
{
    /// <summary>Adds the adapters of every port, and the delivery of messages, tasks and scheduled calls to functions.</summary>
    public static IServiceCollection AddAdapters(
        this IServiceCollection services, DataDirectory data, IReadOnlyList<FunctionDefinition> functions)
    {
        services.AddSingleton(data).AddSingleton(functions).AddSingleton<ServiceClient>();
        services.AddSingleton(provider => new QueueFile(
            data.Queues,
            [.. functions.Select(function => function.Subscription).OfType<Subscription>()],
            provider.GetRequiredService<TimeProvider>()));
        services.AddSqlite().AddDirectoryObjects().AddSqliteMessages().AddSqliteTasks().AddSqliteWarehouse().AddCdnKeys()
            .AddSqlitePlayerStates();
        services.AddSingleton(provider => ModelDirectory.LoaderOptions(data, provider.GetRequiredService<DirectoryObjectStore>()));
        services.AddSingleton<ITrainingJobs, TrainingProcesses>().AddSingleton<IMasterKeys, MasterKeyFiles>();
        return services.AddHostedService<ScheduleRunner>().AddHostedService<RowDeletion>().AddHostedService<SearchMerge>();
    }
}
