using System.CommandLine;
using System.Globalization;
using Spotify.Functions;
using Spotify.Functions.DeadLetters;
using Spotify.Local.Messages;
using Spotify.Local.Objects;
using Spotify.Local.Queues;
using Spotify.Local.Tasks;

namespace Spotify.Local.Commands;

/// <summary>
/// <c>dead-letters list|replay</c>: shows archived messages and tasks that could not be handled, and sends them again. The home may serve
/// meanwhile.
/// </summary>
internal static class DeadLettersCommand
{
    private const int PageSize = 50;

    public static Command Create()
    {
        var data = ServeCommand.DataOption();
        var source = new Option<string?>("--source") { Description = "Only those of this subscription or queue." };
        var date = new Option<DateOnly?>("--date") { Description = "Only those of this day (UTC), such as 2026-03-01." };
        var after = new Option<string?>("--after") { Description = "Only those after this one: the next page." };
        var limit = new Option<int>("--limit") { Description = "The size of a page.", DefaultValueFactory = _ => PageSize };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000) result.AddError("--limit: 1 to 1000 is wanted.");
        });
        var list = new Command("list", "Show dead letters with time and reason.") { data, source, date, after, limit };
        list.SetAction((parsed, ct) => ListAsync(
            parsed.GetRequiredValue(data),
            NamesOf(parsed.GetValue(source), parsed.GetValue(date), parsed.GetValue(after)),
            parsed.GetValue(limit),
            parsed.InvocationConfiguration.Output,
            ct));

        var id = new Argument<string?>("id") { Description = "The letter, as listed.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All dead letters." };
        var replay = new Command("replay", "Send dead letters again and remove them from the archive.") { id, data, source, date, all };
        replay.Validators.Add(result =>
        {
            var filters = result.GetValue(source) is not null || result.GetValue(date) is not null;
            var choices = (result.GetValue(id) is not null ? 1 : 0) + (filters ? 1 : 0) + (result.GetValue(all) ? 1 : 0);
            if (choices != 1) result.AddError("replay: an id, --source or --date, or --all is wanted.");
        });
        replay.SetAction((parsed, ct) => ReplayAsync(
            parsed.GetRequiredValue(data),
            parsed.GetValue(id) is { } one ? name => name == one : NamesOf(parsed.GetValue(source), parsed.GetValue(date), after: null),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            ct));
        return new Command("dead-letters", "Show and repeat messages and tasks that could not be handled.") { list, replay };
    }

    private static async Task<int> ListAsync(
        string dataPath, Func<string, bool> selects, int limit, TextWriter output, CancellationToken ct)
    {
        var store = new DirectoryObjectStore(new DataDirectory(dataPath).Objects);
        var names = await NamesAsync(store, selects).Take(limit + 1).ToListAsync(ct);
        foreach (var name in names.Take(limit))
        {
            var letter = await ArchivedLetter.ReadAsync(store, name, ct);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{IdOf(name)}  {letter.PublishedAt.UtcDateTime:u}  {letter.Reason}"));
        }

        if (names.Count > limit) await output.WriteLineAsync($"There are more: --after {IdOf(names[limit - 1])}");
        return 0;
    }

    private static async Task<int> ReplayAsync(
        string dataPath, Func<string, bool> selects, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var data = new DataDirectory(dataPath);
        var store = new DirectoryObjectStore(data.Objects);
        using var queues = new QueueFile(data.Queues, [], TimeProvider.System);
        var bus = new SqliteMessageBus(queues, new BacklogLimits(), TimeProvider.System);
        var tasks = new SqliteTaskQueue(queues, TimeProvider.System);
        var (replayed, failed) = (0, 0);
        // Those that fail again meanwhile come later in the archive, and are not replayed a second time.
        foreach (var name in await NamesAsync(store, selects).ToListAsync(ct))
        {
            try
            {
                var letter = await ArchivedLetter.ReadAsync(store, name, ct);
                await letter.ReplayAsync(store, bus, tasks, FunctionDefinitions.All, ct);
                replayed++;
            }
            catch (InvalidDataException e)
            {
                await error.WriteLineAsync(e.Message);
                failed++;
            }
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{replayed} replayed, {failed} failed"));
        if (replayed + failed == 0) throw new CommandFailedException("There is no such dead letter.");
        return failed == 0 ? 0 : 1;
    }

    private static IAsyncEnumerable<string> NamesAsync(DirectoryObjectStore store, Func<string, bool> selects) =>
        store.ListAsync(ArchivedLetter.Folder, CancellationToken.None).Select(one => one.Name).Where(name => selects(IdOf(name)));

    // The id is source/date/id.
    private static string IdOf(string name) => name[ArchivedLetter.Folder.Length..].Replace(".json", "", StringComparison.Ordinal);

    private static Func<string, bool> NamesOf(string? source, DateOnly? date, string? after) => id =>
        (source is null || id.StartsWith(source + "/", StringComparison.Ordinal))
        && (date is null || id.Contains(date.Value.ToString("'/'yyyy-MM-dd'/'", CultureInfo.InvariantCulture), StringComparison.Ordinal))
        && (after is null || string.CompareOrdinal(id, after) > 0);
}
