using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Functions.Ingest;
using Spotify.Local.Commands;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Import;

/// <summary>How a run of the command line ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string Summary => Output.TrimEnd().Split('\n')[^1].TrimEnd();
}

/// <summary>A folder of music made for a test, and a data directory to import it into.</summary>
internal sealed class MusicLibrary : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("spotify-import-");

    public MusicLibrary()
    {
        Music = Directory.CreateDirectory(Path.Combine(root.FullName, "music")).FullName;
        Data = Path.Combine(root.FullName, "data");
    }

    public string Music { get; }

    public string Data { get; set; }

    public string Objects => Path.Combine(Data, "objects");

    /// <summary>A directory beside the music.</summary>
    public string Beside(string name) => Path.Combine(root.FullName, name);

    public string PathOf(string name) => Path.Combine(Music, name);

    public void Dispose() => root.Delete(recursive: true);

    /// <summary>Makes a tone whose pitch tells it from others, in the format of the name's extension.</summary>
    /// <param name="options">Further options of ffmpeg: tags, say.</param>
    public string Make(string name, int hertz = 440, double seconds = 2, params string[] options) => Make(name, $"sine={hertz}:r=44100:d={seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)},aformat=channel_layouts=stereo", options);

    public string Make(string name, string source, params string[] options)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Ffmpeg(["-f", "lavfi", "-i", source, .. options, "-fflags", "+bitexact", "-flags:a", "+bitexact", "file:" + path]);
        return path;
    }

    /// <summary>A FLAC file with comments of its own: unlike ffmpeg's, they can repeat.</summary>
    public string MakeFlac(string name, int hertz, byte[]? picture, params string[] comments)
    {
        var path = Make(name, hertz, options: ["-sample_fmt", "s16"]);
        var flac = File.ReadAllBytes(path);
        using var file = File.Create(path);

        // The stream information always comes first, 4 + 4 + 34 bytes, and here it is not the last block.
        file.Write(flac.AsSpan(0, 42));
        WriteBlock(file, 4, [.. Little(0), .. Little(comments.Length), .. comments.SelectMany(comment => (byte[])[.. Little(Encoding.UTF8.GetByteCount(comment)), .. Encoding.UTF8.GetBytes(comment)])]);
        if (picture is not null)
            WriteBlock(file, 6, [.. Big(3), .. Big(9), .. "image/png"u8, .. Big(0), .. Big(0), .. Big(0), .. Big(0), .. Big(0), .. Big(picture.Length), .. picture]);
        file.Write(flac.AsSpan(42));
        return path;
    }

    public static void Ffmpeg(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && complaints.Length == 0, complaints);
    }

    /// <summary>A picture of one colour.</summary>
    public static byte[] Picture(string colour, int width = 400, int height = 300)
    {
        var path = Path.Combine(Path.GetTempPath(), $"spotify-{Guid.NewGuid():n}.png");
        Ffmpeg(["-f", "lavfi", "-i", $"color={colour}:s={width}x{height}", "-frames:v", "1", path]);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    /// <summary>Imports the folder through the command line.</summary>
    public Task<CommandResult> ImportAsync() => RunAsync("import", Music, "--data", Data);

    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, output, error);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Imports and expects a certain end.</summary>
    public async Task<CommandResult> ImportAsync(string summary)
    {
        var result = await ImportAsync();
        Assert.True(result.Summary == summary, result.Output + result.Error);
        return result;
    }

    public SqliteDatabase OpenDatabase() => new(Path.Combine(Data, "database.sqlite"), Schema.Current);

    /// <summary>The source at a path.</summary>
    public async Task<Source> SourceAsync(string name) => (await SourcesAsync()).Single(source => source.File.Path == PathOf(name));

    public async Task<List<Source>> SourcesAsync()
    {
        using var database = OpenDatabase();
        return await Source.AllAsync(database, default).ToListAsync();
    }

    /// <summary>The track that a path became, as clients see it.</summary>
    public async Task<Playable> TrackAsync(string name)
    {
        var id = (await SourceAsync(name)).PlayableId;
        using var database = OpenDatabase();
        return (await new CatalogReader(database).PlayablesAsync([id], default))[id];
    }

    /// <summary>The row of the track that a path became.</summary>
    public async Task<Row> RowAsync(string name)
    {
        var id = (await SourceAsync(name)).PlayableId;
        using var database = OpenDatabase();
        return (await database.ReadAsync(Schema.Current.Table("Playables"), new Key(id), default))!;
    }

    public async Task<Album> AlbumAsync(string trackName)
    {
        var id = (await TrackAsync(trackName)).ParentId;
        using var database = OpenDatabase();
        return (await new CatalogReader(database).AlbumsAsync([id], default))[id];
    }

    /// <summary>Every row of every table and every object, in a form that can be compared.</summary>
    /// <param name="except">Tables that are left out.</param>
    public List<string> Snapshot(params string[] except)
    {
        var found = new List<string>();
        using (var session = new SqliteSession(new DataDirectory(Data).Database))
        {
            foreach (var table in Schema.Current.Tables.Where(table => !except.Contains(table.Name)).OrderBy(table => table.Name, StringComparer.Ordinal))
            {
                // As JSON, whatever the types.
                var columns = string.Join(", ", table.Columns.Select(column => column.Name));
                found.AddRange(session.Query($"SELECT json_array({columns}) AS Content FROM {table.Name} ORDER BY {string.Join(", ", table.KeyColumns)}", Parameters.None)
                    .Select(row => $"{table.Name}: {row.String("Content")}"));
            }
        }

        found.AddRange(ObjectNames().Select(name => $"{name} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Objects, name))))}"));
        return found;
    }

    /// <summary>The names of the objects.</summary>
    public List<string> ObjectNames() => !Directory.Exists(Objects) ? [] :
    [
        .. Directory.EnumerateFiles(Objects, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Objects, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

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
