using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Functions.AudioIngest;
using Spotify.Local.Commands;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Import;

/// <summary>The exit code and output of a command line.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>The last line of the output.</summary>
    public string Summary => Output.TrimEnd().Split('\n')[^1].TrimEnd();
}

/// <summary>A folder of generated music, and a data directory to import it into.</summary>
internal sealed class MusicLibrary : IDisposable
{
    private const int BlockOfComments = 4;
    private const int BlockOfPicture = 6;

    // Tests use the same tones and pictures again and again.
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Generated = new(StringComparer.Ordinal);

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("spotify-import-");

    public MusicLibrary()
    {
        Music = Directory.CreateDirectory(Path.Combine(root.FullName, "music")).FullName;
        Data = Path.Combine(root.FullName, "data");
    }

    public string Music { get; }

    public string Data { get; set; }

    public string Objects => Path.Combine(Data, "objects");

    /// <summary>The default duration of generated files, in seconds.</summary>
    public double Seconds { get; init; } = 0.5;

    /// <summary>Returns the path of a directory beside the music.</summary>
    public string Beside(string name) => Path.Combine(root.FullName, name);

    public string PathOf(string name) => Path.Combine(Music, name);

    public void Dispose() => root.Delete(recursive: true);

    /// <summary>Generates a tone in the format of the name's extension.</summary>
    /// <param name="name">The file's name within the folder.</param>
    /// <param name="hertz">The pitch, which distinguishes files from each other.</param>
    /// <param name="seconds">The duration; null means <see cref="Seconds"/>.</param>
    /// <param name="options">Further options of ffmpeg, such as tags.</param>
    public string Make(string name, int hertz = 440, double? seconds = null, params string[] options)
    {
        var duration = (seconds ?? Seconds).ToString(CultureInfo.InvariantCulture);
        return Make(name, $"sine={hertz}:r=44100:d={duration},aformat=channel_layouts=stereo", options);
    }

    /// <summary>Generates a file from a source filter of ffmpeg.</summary>
    public string Make(string name, string source, params string[] options)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string[] arguments = ["-f", "lavfi", "-i", source, .. options, "-fflags", "+bitexact", "-flags:a", "+bitexact"];
        File.WriteAllBytes(path, Generate(Path.GetExtension(name), arguments));
        return path;
    }

    /// <summary>Generates a FLAC file with the given comments. A name may occur several times, which ffmpeg cannot write.</summary>
    public string MakeFlac(string name, int hertz, byte[]? picture, params string[] comments)
    {
        var path = Make(name, hertz, options: ["-sample_fmt", "s16"]);
        var flac = File.ReadAllBytes(path);
        using var file = File.Create(path);

        // The stream information comes first, 4 + 4 + 34 bytes, and is not the last block.
        file.Write(flac.AsSpan(0, 42));
        WriteBlock(file, BlockOfComments, [.. Little(0), .. Little(comments.Length), .. comments.SelectMany(Comment)]);
        if (picture is not null) WriteBlock(file, BlockOfPicture, PictureBlock(picture));
        file.Write(flac.AsSpan(42));
        return path;

        static byte[] Comment(string comment) => [.. Little(Encoding.UTF8.GetByteCount(comment)), .. Encoding.UTF8.GetBytes(comment)];

        // The front cover (3), a type of 9 characters, no description, and four dimensions left at 0.
        static byte[] PictureBlock(byte[] picture) =>
        [
            .. Big(3), .. Big(9), .. "image/png"u8,
            .. Big(0), .. Big(0), .. Big(0), .. Big(0), .. Big(0), .. Big(picture.Length), .. picture,
        ];
    }

    /// <summary>Runs ffmpeg and fails the test if ffmpeg reports anything.</summary>
    public static void Ffmpeg(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && errors.Length == 0, errors);
    }

    /// <summary>Decodes files to their end and fails the test if ffmpeg reports anything about any of them.</summary>
    public static void AssertDecodable(params IEnumerable<string> paths)
    {
        // A process for many files, because starting one takes longer than decoding a file.
        foreach (var batch in paths.Chunk(30))
        {
            Ffmpeg(
            [
                "-xerror", .. batch.SelectMany(path => (string[])["-i", "file:" + path]),
                .. batch.SelectMany((_, i) => (string[])["-map", $"{i}:a:0", "-f", "null", "-"]),
            ]);
        }
    }

    /// <summary>Returns a PNG picture of one color.</summary>
    public static byte[] Picture(string color, int width = 400, int height = 300) =>
        Generate(".png", ["-f", "lavfi", "-i", $"color={color}:s={width}x{height}", "-frames:v", "1"]);

    /// <summary>Imports the folder through the command line.</summary>
    public Task<CommandResult> ImportAsync() => RunAsync("import", Music, "--data", Data);

    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Imports the folder and expects a summary.</summary>
    public async Task<CommandResult> ImportAsync(string summary)
    {
        var result = await ImportAsync();
        Assert.True(result.Summary == summary, result.Output + result.Error);
        return result;
    }

    public SqliteDatabase OpenDatabase() => new(Path.Combine(Data, "database.sqlite"), Schema.Current);

    /// <summary>Returns the source at a path.</summary>
    public async Task<Source> SourceAsync(string name) => (await SourcesAsync()).Single(source => source.File.Path == PathOf(name));

    public async Task<List<Source>> SourcesAsync()
    {
        using var database = OpenDatabase();
        return await Source.AllAsync(database, default).ToListAsync();
    }

    /// <summary>Returns the track that was imported from a path.</summary>
    public async Task<Playable> TrackAsync(string name)
    {
        var id = (await SourceAsync(name)).PlayableId;
        using var database = OpenDatabase();
        return (await new CatalogReader(database).PlayablesAsync([id], default))[id];
    }

    /// <summary>Returns the row of the track that was imported from a path.</summary>
    public async Task<Row> RowAsync(string name)
    {
        var id = (await SourceAsync(name)).PlayableId;
        using var database = OpenDatabase();
        return (await database.ReadAsync(Schema.Current.Table("Playables"), new Key(id), null, default))!;
    }

    public async Task<Album> AlbumAsync(string trackName)
    {
        var id = (await TrackAsync(trackName)).ParentId;
        using var database = OpenDatabase();
        return (await new CatalogReader(database).AlbumsAsync([id], default))[id];
    }

    /// <summary>Returns every row of every table and the hash of every object, as text.</summary>
    /// <param name="except">Tables to leave out.</param>
    public List<string> Snapshot(params string[] except)
    {
        var found = new List<string>();
        using (var session = new SqliteSession(new DataDirectory(Data).Database))
        {
            var tables = Schema.Current.Tables.Where(table => !except.Contains(table.Name));
            foreach (var table in tables.OrderBy(table => table.Name, StringComparer.Ordinal))
            {
                // The time of the import, and the tags of its day, differ between imports.
                var names = table.Columns.Where(column => column.Name is not ("AddedAt" or "Tags"))
                    .Select(column => column.Type == ColumnType.Bytes ? $"hex({column.Name})" : column.Name);
                var columns = string.Join(", ", names);
                var query = $"SELECT json_array({columns}) AS Content FROM {table.Name} ORDER BY {string.Join(", ", table.KeyColumns)}";
                found.AddRange(session.Query(query, Parameters.None).Select(row => $"{table.Name}: {row.String("Content")}"));
            }
        }

        found.AddRange(ObjectNames().Select(name => $"{name} {Hash(Path.Combine(Objects, name))}"));
        return found;
    }

    /// <summary>Returns the hash of a file's content.</summary>
    public static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Returns the names of the objects, sorted.</summary>
    public List<string> ObjectNames() => !Directory.Exists(Objects) ? [] :
    [
        .. Directory.EnumerateFiles(Objects, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Objects, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns the names of the objects with audio, sorted.</summary>
    public IEnumerable<string> AudioNames() => ObjectNames().Where(name => Path.GetExtension(name) is not (".json" or ".gz"));

    private static byte[] Generate(string extension, string[] arguments) =>
        Generated.GetOrAdd(string.Join('\n', [extension, .. arguments]), _ => new Lazy<byte[]>(() =>
        {
            var path = Path.Combine(Path.GetTempPath(), $"spotify-{Guid.NewGuid():n}{extension}");
            try
            {
                Ffmpeg([.. arguments, "file:" + path]);
                return File.ReadAllBytes(path);
            }
            finally
            {
                File.Delete(path);
            }
        })).Value;

    private static void WriteBlock(Stream file, byte type, byte[] content)
    {
        file.Write([type, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length]);
        file.Write(content);
    }

    private static byte[] Little(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
