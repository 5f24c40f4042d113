using System.CommandLine;
using System.Globalization;
using Spotify.Domain.Data;
using Spotify.Functions.SearchUpdates;
using Spotify.Local.Database;

namespace Spotify.Local.Commands;

/// <summary><c>search rebuild</c>: writes all search documents again. The home may serve meanwhile.</summary>
internal static class SearchCommand
{
    private const int DocumentsPerLine = 10_000;

    public static Command Create()
    {
        var data = ServeCommand.DataOption();
        var rebuild = new Command("rebuild", "Write all search documents again. Searches work meanwhile.") { data };
        rebuild.SetAction((parsed, ct) => RebuildAsync(parsed.GetRequiredValue(data), parsed.InvocationConfiguration.Output, ct));
        return new Command("search", "Maintain the search index.") { rebuild };
    }

    private static async Task<int> RebuildAsync(string dataPath, TextWriter output, CancellationToken ct)
    {
        var data = new DataDirectory(dataPath);
        using var database = new SqliteDatabase(data.Database, Schema.Current);
        var rebuild = new SearchRebuild(database);
        var (written, progress) = (0, TextWriter.Synchronized(output));
        await rebuild.RestartAsync(ct);
        await rebuild.RunAsync(() => true, Report, ct);
        await new SqliteSearchIndex(database).MergeAsync(ct);
        await SearchDictionaryTasks.BeginAsync(data, database, ct);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{written:N0} documents written"));
        return 0;

        void Report(int count)
        {
            var sum = Interlocked.Add(ref written, count);
            if (sum / DocumentsPerLine > (sum - count) / DocumentsPerLine)
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sum:N0} documents"));
        }
    }
}
