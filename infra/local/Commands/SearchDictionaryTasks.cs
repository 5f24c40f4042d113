using Spotify.Domain.Ports;
using Spotify.Functions.SearchDictionary;
using Spotify.Local.Objects;
using Spotify.Local.Queues;
using Spotify.Local.Tasks;

namespace Spotify.Local.Commands;

/// <summary>The tasks that build the term dictionary of search after a command that writes many search documents.</summary>
internal static class SearchDictionaryTasks
{
    /// <summary>Adds the tasks. The host that serves the data, now or later, runs them.</summary>
    public static async Task BeginAsync(DataDirectory data, IDatabase database, CancellationToken ct)
    {
        using var queues = new QueueFile(data.Queues, [], TimeProvider.System);
        var tasks = new SqliteTaskQueue(queues, TimeProvider.System);
        var store = new DirectoryObjectStore(data.Objects);
        await new SearchDictionaryBuilds(database, store, tasks, TimeProvider.System).BeginAsync(ct);
    }
}
