using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The metadata of a file.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="SizeBytes">The size in bytes.</param>
/// <param name="ModifiedAt">The time of the last change, to the microsecond.</param>
public sealed record SourceFile(string Path, long SizeBytes, DateTimeOffset ModifiedAt)
{
    /// <summary>Returns the metadata of a file. Follows links.</summary>
    /// <exception cref="IngestException">The file cannot be opened.</exception>
    public static SourceFile Stat(string path) => Read(() =>
    {
        using var handle = File.OpenHandle(path);
        return new SourceFile(path, RandomAccess.GetLength(handle), Instant.Truncate(File.GetLastWriteTimeUtc(handle)));
    });

    /// <summary>Returns the identity of the file's content.</summary>
    /// <exception cref="IngestException">The file cannot be read.</exception>
    public async Task<SourceContent> ReadAsync(IMediaEncoder encoder, CancellationToken ct)
    {
        var fileHash = await HashAsync(ct);
        try
        {
            var audio = await encoder.IdentifyAsync(Path, ct);
            return new SourceContent(fileHash, audio.Hash, audio.IsLossless);
        }
        catch (IngestException e) when (!e.IsTransient)
        {
            // The import of the file fails with a reason that says more.
            return new SourceContent(fileHash, fileHash, IsLossless: false);
        }
    }

    /// <summary>Returns the hash of the file with its tags, as in <see cref="SourceContent"/>.</summary>
    /// <exception cref="IngestException">The file cannot be read.</exception>
    internal async Task<string> HashAsync(CancellationToken ct)
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

    /// <summary>Reads a file and converts I/O errors to <see cref="IngestException"/>.</summary>
    internal static T Read<T>(Func<T> read)
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

    // The exceptions' messages would repeat the path, which is always shown next to the reason.
    private static IngestException Unreadable(Exception e) => new(e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "The file is not there (a dangling link, or deleted during the import).",
        UnauthorizedAccessException => "The file cannot be read: permission denied.",
        _ => $"The file cannot be read: {e.Message}",
    }, e);
}

/// <summary>The identity of a file's content. Hashes are SHA-256, in lower-case hexadecimal.</summary>
/// <param name="FileHash">The hash of the file with its tags.</param>
/// <param name="AudioHash">The hash of the audio, which does not change if tags are edited.</param>
/// <param name="IsLossless">Whether the audio is uncompressed or losslessly compressed.</param>
public sealed record SourceContent(string FileHash, string AudioHash, bool IsLossless);

/// <summary>An imported audio file: a row of the table Sources.</summary>
/// <param name="File">The file's metadata at the time of the import.</param>
/// <param name="PlayableId">The id of its track.</param>
/// <param name="Content">Its content at the time of the import.</param>
public sealed record Source(SourceFile File, string PlayableId, SourceContent Content)
{
    private const int PageLength = 1000;

    private static readonly Table Sources = Schema.Current.Table("Sources");

    private const string Select = "SELECT SourceId, Path, PlayableId, SizeBytes, ModifiedAt, FileHash, AudioHash, Lossless FROM Sources";

    private static readonly Statement Page = new(
        $"{Select} WHERE SourceId > @after ORDER BY SourceId LIMIT @limit", ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement At = new($"{Select} WHERE SourceId = @id", ("id", ColumnType.String));

    /// <summary>Selects the sources of a track.</summary>
    internal static readonly Statement OfTrack = new($"{Select} WHERE PlayableId = @track", ("track", ColumnType.String));

    private static readonly Statement OfAudio = new($"{Select} WHERE AudioHash = @hash", ("hash", ColumnType.String));

    /// <summary>The row's key, a hash of the path.</summary>
    public string Id => IdOf(File.Path);

    /// <summary>Returns all sources.</summary>
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

    /// <summary>
    /// Returns the sources that are relevant to the plan for a file. <see cref="SourcePlanner"/> returns the same plan for these as for all
    /// sources.
    /// </summary>
    /// <param name="query">Runs a query, inside or outside a transaction.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="audioHash">The hash of the file's audio.</param>
    /// <returns>
    /// The source of the path, all sources with the same audio, all sources of the tracks of these, and the sources of tracks with an id
    /// derived from the audio.
    /// </returns>
    public static async Task<IReadOnlySet<Source>> RelevantAsync(
        Func<Statement, Parameters, IAsyncEnumerable<Row>> query, string path, string audioHash)
    {
        var found = new HashSet<Source>();
        List<Source> direct = [.. await AddAsync(At, "id", IdOf(path)), .. await AddAsync(OfAudio, "hash", audioHash)];
        foreach (var track in direct.Select(source => source.PlayableId).Distinct(StringComparer.Ordinal))
            await AddAsync(OfTrack, "track", track);
        foreach (var id in SourcePlanner.IdsOf(audioHash))
            if ((await AddAsync(OfTrack, "track", id)).Count == 0) break;
        return found;

        async Task<List<Source>> AddAsync(Statement statement, string parameter, string value)
        {
            var rows = await query(statement, new Parameters { { parameter, value } }).Select(Of).ToListAsync();
            found.UnionWith(rows);
            return rows;
        }
    }

    /// <summary>Returns the mutation that writes the row.</summary>
    public Mutation Write() => Mutation.Upsert(
        Sources,
        ("SourceId", Id), ("Path", File.Path), ("PlayableId", PlayableId), ("SizeBytes", File.SizeBytes), ("ModifiedAt", File.ModifiedAt),
        ("FileHash", Content.FileHash), ("AudioHash", Content.AudioHash), ("Lossless", Content.IsLossless));

    /// <summary>Returns the mutation that deletes the row.</summary>
    public Mutation Delete() => Mutation.Delete(Sources, new Key(Id));

    /// <summary>Returns the key of the row of a file.</summary>
    internal static string IdOf(string path) => SpotifyId.FromName("source:" + path);

    /// <summary>Reads a row with the columns of the table.</summary>
    internal static Source Of(Row row) => new(
        new SourceFile(row.String("Path"), row.Int64("SizeBytes"), row.Timestamp("ModifiedAt")),
        row.String("PlayableId"),
        new SourceContent(row.String("FileHash"), row.String("AudioHash"), row.Bool("Lossless")));
}
