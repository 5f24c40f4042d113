using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>A file as the file system describes it.</summary>
/// <param name="Path">Where it is, as an absolute path.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
/// <param name="ModifiedAt">When it was changed last, to the microsecond.</param>
public sealed record SourceFile(string Path, long SizeBytes, DateTimeOffset ModifiedAt)
{
    /// <summary>Describes a file, or what a link leads to.</summary>
    /// <exception cref="IngestException">It cannot be opened.</exception>
    public static SourceFile Stat(string path) => Reading(path, () =>
    {
        using var handle = File.OpenHandle(path);
        return new SourceFile(path, RandomAccess.GetLength(handle), Instant.Truncate(File.GetLastWriteTimeUtc(handle)));
    });

    /// <summary>The SHA-256 of its content, in lower-case hexadecimal.</summary>
    /// <exception cref="IngestException">It cannot be read.</exception>
    public async Task<string> HashAsync(CancellationToken ct)
    {
        try
        {
            await using var stream = new FileStream(
                Path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 1 << 17 });
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Reads a file, with what keeps it from being read as an <see cref="IngestException"/>.</summary>
    internal static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    // The messages of the exceptions repeat the path, which stands beside the reason anyway.
    private static IngestException Unreadable(Exception e) => new(e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "It is not there (a dangling link, or removed meanwhile).",
        UnauthorizedAccessException => "It cannot be read: permission denied.",
        _ => $"It cannot be read: {e.Message}",
    }, e);
}

/// <summary>Where imported audio came from: a row of the table Sources.</summary>
/// <param name="File">The file, as it was.</param>
/// <param name="PlayableId">The track it became.</param>
/// <param name="ContentHash">The SHA-256 of its content, in lower-case hexadecimal.</param>
public sealed record Source(SourceFile File, string PlayableId, string ContentHash)
{
    private const int PageLength = 1000;

    private static readonly Table Sources = Schema.Current.Table("Sources");

    private static readonly Statement Page = new(
        "SELECT SourceId, Path, PlayableId, SizeBytes, ModifiedAt, ContentHash FROM Sources WHERE SourceId > @after ORDER BY SourceId LIMIT @limit",
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement At = new(
        "SELECT Path, PlayableId, SizeBytes, ModifiedAt, ContentHash FROM Sources WHERE SourceId = @id", ("id", ColumnType.String));

    private static readonly Statement OfTrack = new(
        "SELECT Path, PlayableId, SizeBytes, ModifiedAt, ContentHash FROM Sources WHERE PlayableId = @track", ("track", ColumnType.String));

    private static readonly Statement OfContent = new(
        "SELECT Path, PlayableId, SizeBytes, ModifiedAt, ContentHash FROM Sources WHERE ContentHash = @hash", ("hash", ColumnType.String));

    /// <summary>The row's key, a hash of the path.</summary>
    public string Id => IdOf(File.Path);

    /// <summary>Every source.</summary>
    public static async IAsyncEnumerable<Source> AllAsync(IDatabase database, [EnumeratorCancellation] CancellationToken ct)
    {
        var (after, more) = ("", true);
        while (more)
        {
            more = false;
            await foreach (var row in database.QueryAsync(Page, new Parameters { { "after", after }, { "limit", PageLength } }, null, ct))
            {
                (after, more) = (row.String("SourceId"), true);
                yield return Of(row);
            }
        }
    }

    /// <summary>The sources that decide what becomes of one file, out of any number: <see cref="SourcePlanner"/> comes to the same with these as with all.</summary>
    /// <param name="query">Runs a query, in a transaction or out of one.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="contentHash">The SHA-256 of its content, in lower-case hexadecimal.</param>
    /// <returns>What is known of the path, every file of its track, every file of that content, and the files of tracks whose ids the content could have.</returns>
    public static async Task<IReadOnlySet<Source>> RelevantAsync(Func<Statement, Parameters, IAsyncEnumerable<Row>> query, string path, string contentHash)
    {
        var found = new HashSet<Source>();
        foreach (var before in await AddAsync(At, "id", IdOf(path))) await AddAsync(OfTrack, "track", before.PlayableId);
        await AddAsync(OfContent, "hash", contentHash);
        foreach (var id in SourcePlanner.IdsOf(contentHash))
            if ((await AddAsync(OfTrack, "track", id)).Count == 0) break;
        return found;

        async Task<List<Source>> AddAsync(Statement statement, string parameter, string value)
        {
            var rows = await query(statement, new Parameters { { parameter, value } }).Select(Of).ToListAsync();
            found.UnionWith(rows);
            return rows;
        }
    }

    /// <summary>Writes the row.</summary>
    public Mutation Write() => Mutation.Upsert(
        Sources,
        ("SourceId", Id), ("Path", File.Path), ("PlayableId", PlayableId), ("SizeBytes", File.SizeBytes), ("ModifiedAt", File.ModifiedAt), ("ContentHash", ContentHash));

    /// <summary>Removes the row.</summary>
    public Mutation Delete() => Mutation.Delete(Sources, new Key(Id));

    private static string IdOf(string path) => SpotifyId.FromName("source:" + path);

    private static Source Of(Row row) => new(
        new SourceFile(row.String("Path"), row.Int64("SizeBytes"), row.Timestamp("ModifiedAt")), row.String("PlayableId"), row.String("ContentHash"));
}
