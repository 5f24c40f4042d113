using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Audio.Tests;
using Spotify.Demo.Flac;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Local;
using Spotify.Local.Database;
using Spotify.Local.Objects;

namespace Spotify.Functions.Tests.AudioIngest;

/// <summary>An upload bucket, a catalog, and any number of function instances that import the bucket into the catalog.</summary>
internal sealed class UploadBench : IDisposable
{
    public const string Bucket = "uploads-test";

    private static readonly Table Uploads = Schema.Current.Table("Uploads");
    private static readonly Statement AllTracks =
        new("SELECT PlayableId, Name, ParentId, ImageId, Revision FROM Playables ORDER BY PlayableId");
    private static readonly Statement AllUploads = new("SELECT Name, Outcome, Reason, Tries FROM Uploads ORDER BY Name");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly List<UploadIngest> instances = [];
    private long generation = 1_700_000_000_000_000;

    public UploadBench()
    {
        Database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);
        Store = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        Arrived = new DirectoryObjectStore(Path.Combine(directory.FullName, "bucket"));
        Options = new IngestOptions { UploadBucket = Bucket, Root = Path.Combine(directory.FullName, "scratch") };
        Directory.CreateDirectory(Options.Root);
    }

    public SqliteDatabase Database { get; }

    public DirectoryObjectStore Store { get; }

    /// <summary>The upload bucket.</summary>
    public DirectoryObjectStore Arrived { get; }

    public ManualTimeProvider Clock { get; } = new();

    public FakeEncoder Encoder { get; } = new();

    public FakeTaskQueue Queue { get; } = new();

    public IngestOptions Options { get; set; }

    /// <summary>The files and directories that remain in the download directory.</summary>
    public IEnumerable<string> Leftovers => Directory.EnumerateFileSystemEntries(Options.Root, "*", SearchOption.AllDirectories);

    public string PathOf(string name) => $"{Options.Root}/{Bucket}/{name}";

    public UploadIngest Instance(
        IMediaEncoder? encoder = null,
        IDatabase? database = null,
        IObjectStore? uploads = null,
        TimeProvider? clock = null,
        IObjectStore? store = null)
    {
        var instance = new UploadIngest(
            uploads ?? Arrived,
            database ?? Database,
            store ?? Store,
            encoder ?? Encoder,
            Queue,
            clock ?? Clock,
            Microsoft.Extensions.Options.Options.Create(Options),
            NullLogger<UploadIngest>.Instance);
        instances.Add(instance);
        return instance;
    }

    /// <summary>Uploads an object.</summary>
    public async Task<Upload> PutAsync(string name, byte[] content)
    {
        await Arrived.WriteAsync(name, new MemoryStream(content), new WriteOptions("audio/flac"), default);
        return Named(name);
    }

    /// <summary>Returns an event without uploading the object.</summary>
    public Upload Named(string name) => new(Bucket, name, ++generation);

    public Task<List<Source>> SourcesAsync() =>
        Source.AllAsync(Database, default).OrderBy(source => source.File.Path, StringComparer.Ordinal).ToListAsync().AsTask();

    public Task<List<Row>> TracksAsync() => Database.QueryAsync(AllTracks, Parameters.None, null, default).ToListAsync().AsTask();

    public Task<List<Row>> UploadsAsync() => Database.QueryAsync(AllUploads, Parameters.None, null, default).ToListAsync().AsTask();

    public async Task<Row> RowAsync(Upload upload) => (await Database.ReadAsync(Uploads, new Key(upload.Id), null, default))!;

    /// <summary>Returns a short FLAC file. Different seeds have different contents.</summary>
    public static byte[] Flac(int seed, int samples = 500)
    {
        var random = new Random(seed);
        var flac = new MemoryStream();
        short[] noise = [.. Enumerable.Range(0, samples).Select(_ => (short)random.Next(short.MinValue, short.MaxValue))];
        FlacEncoder.Encode(flac, noise, channels: 1);
        return flac.ToArray();
    }

    /// <summary>Returns a FLAC file with comments.</summary>
    public static byte[] Tagged(byte[] flac, params string[] comments)
    {
        byte[] block = [0, 0, 0, 0, .. BitConverter.GetBytes(comments.Length), .. comments.SelectMany(Comment)];

        // The stream information comes first, 4 + 4 + 34 bytes, and is marked as the last block.
        var start = flac[..42];
        start[4] &= 0x7f;
        return [.. start, 0x84, (byte)(block.Length >> 16), (byte)(block.Length >> 8), (byte)block.Length, .. block, .. flac[42..]];

        static byte[] Comment(string comment) =>
            [.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(comment)), .. Encoding.UTF8.GetBytes(comment)];
    }

    /// <summary>Imports an upload and runs the tasks of the other qualities.</summary>
    public async Task<UploadResult> CompleteAsync(Upload upload, UploadIngest? instance = null)
    {
        instance ??= Instance();
        var result = await instance.ImportAsync(upload, default);
        foreach (var task in Queue.TakeAll()) await instance.HandleAsync(task, default);
        return result;
    }

    public void Dispose()
    {
        foreach (var instance in instances) instance.Dispose();
        Database.Dispose();
        directory.Delete(recursive: true);
    }
}

/// <summary>A queue that skips tasks with the name of an earlier one, like Cloud Tasks.</summary>
internal sealed class FakeTaskQueue : ITaskQueue
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HashSet<string> names = [];
    private readonly List<UploadTask> waiting = [];

    /// <summary>Whether no task can be added.</summary>
    public bool IsDown { get; set; }

    /// <summary>The names of all tasks.</summary>
    public IReadOnlyCollection<string> Names => names;

    public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        if (IsDown) throw new IOException("The queue is down.");
        Assert.Equal(AudioIngestFunction.Definition.Queue, queue);
        TaskRules.Check(queue, tasks, DateTimeOffset.UnixEpoch);
        waiting.AddRange(tasks.Where(task => names.Add(task.Name!))
            .Select(task => JsonSerializer.Deserialize<UploadTask>(task.Body.Span, Json)!));
        return Task.CompletedTask;
    }

    /// <summary>Removes and returns the waiting tasks.</summary>
    public IReadOnlyList<UploadTask> TakeAll()
    {
        UploadTask[] taken = [.. waiting];
        waiting.Clear();
        return taken;
    }
}

/// <summary>An encoder that writes the same second of audio for every file, and counts the calls.</summary>
internal sealed class FakeEncoder : IMediaEncoder
{
    // The samples of the files that the fixtures build.
    private const int Samples = 43 * 1024;
    private const int OggSamples = 64 + 512 + (43 * 1024);

    private int encodings;

    /// <summary>The number of started encodings.</summary>
    public int Encodings => encodings;

    /// <summary>The duration that files declare.</summary>
    public TimeSpan? Declared { get; set; }

    /// <summary>The duration that is estimated from the bit rate.</summary>
    public TimeSpan? Estimate { get; set; }

    /// <summary>Runs before a file is encoded.</summary>
    public Func<CancellationToken, Task> Encoding { get; set; } = _ => Task.CompletedTask;

    /// <summary>The pictures that were scaled.</summary>
    public List<byte[]> Pictures { get; } = [];

    /// <summary>Returns a hash of the last bytes, because tests put tags at the start.</summary>
    public async Task<AudioIdentity> IdentifyAsync(string path, CancellationToken ct)
    {
        var bytes = await File.ReadAllBytesAsync(path, ct);
        return new AudioIdentity(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(Math.Max(0, bytes.Length - 100)))), false);
    }

    public Task<SourceAudio> ProbeAsync(string path, CancellationToken ct) =>
        Task.FromResult(new SourceAudio(false, 44_100, 2, 16, Declared, TimeSpan.Zero) { Estimate = Estimate });

    public async Task<DecodedAudio> EncodeAsync(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, bool withSamples, CancellationToken ct)
    {
        Interlocked.Increment(ref encodings);
        await Encoding(ct);
        foreach (var rung in rungs)
        {
            var audio = rung.Codec == Codec.Aac
                ? Mp4Fixture.Stream(1)
                : OggFixture.Stream(1, trimAtEnd: OggSamples - (Samples * rung.SampleRate / 44_100));
            await File.WriteAllBytesAsync(Path.Combine(directory, rung.FileName), audio, ct);
        }

        if (withSamples) await File.WriteAllBytesAsync(Path.Combine(directory, DecodedAudio.SamplesFileName), new byte[88_200], ct);
        return new DecodedAudio(new AudioDuration(Samples, 44_100), Samples, -20, -1, []);
    }

    public Task<IReadOnlyList<long>> CountSamplesAsync(IReadOnlyList<string> paths, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<long>>([.. paths.Select(Count)]);

    private static long Count(string path)
    {
        using var file = File.OpenRead(path);
        return IndexedAudio.Read(Path.GetExtension(path) == ".ogg" ? Codec.Vorbis : Codec.Aac, file).Index.Samples.Decoded;
    }

    public async Task ScaleAsync(
        ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct)
    {
        lock (Pictures) Pictures.Add(picture.ToArray());
        foreach (var size in sizes) await File.WriteAllBytesAsync(Path.Combine(directory, $"{size}.jpg"), picture, ct);
    }
}

/// <summary>A database whose connection can be cut, to simulate an instance that stops.</summary>
internal sealed class DisconnectableDatabase(IDatabase inner) : IDatabase
{
    public bool IsLost { get; set; }

    /// <summary>Runs before each transaction.</summary>
    public Func<Task> Transacting { get; set; } = () => Task.CompletedTask;

    private IDatabase Inner => IsLost ? throw new IOException("The database is lost.") : inner;

    public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
        Inner.ReadAsync(table, key, staleness, ct);

    public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
        Inner.QueryAsync(statement, parameters, staleness, ct);

    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => Inner.CommitAsync(mutations, ct);

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        await Transacting();
        return await Inner.TransactAsync(body, ct);
    }
}
