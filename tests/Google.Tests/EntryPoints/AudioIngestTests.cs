using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Spotify.Audio;
using Spotify.Demo.Flac;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Google.Import;
using Spotify.Local.Database;
using Spotify.Local.Objects;

namespace Spotify.Google.Tests.EntryPoints;

public sealed class AudioIngestTests : IDisposable
{
    private static readonly Table Uploads = Schema.Current.Table("Uploads");
    private static readonly Upload Arrived = new("test-uploads", "Künstler/Album/01 Title.flac", 1772133235749957);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly TestIssuer issuer = new();
    private readonly SqliteDatabase database;
    private readonly DirectoryObjectStore store;
    private readonly DirectoryObjectStore bucket;
    private readonly Mock<IMediaEncoder> encoder = new(MockBehavior.Strict);
    private readonly Mock<IMessageBus> bus = new();
    private readonly Mock<ITaskQueue> queue = new();
    private readonly List<TaskRequest> tasks = [];

    public AudioIngestTests()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);
        store = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        bucket = new DirectoryObjectStore(Path.Combine(directory.FullName, "bucket"));
        encoder.Setup(e => e.IdentifyAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new AudioIdentity(new string('a', 64), IsLossless: true));
        // Like Cloud Tasks, the queue skips a task with the name of an earlier one.
        queue.Setup(q => q.EnqueueAsync(It.IsAny<Queue>(), It.IsAny<IReadOnlyList<TaskRequest>>(), It.IsAny<CancellationToken>()))
            .Callback((Queue _, IReadOnlyList<TaskRequest> added, CancellationToken _) => tasks.AddRange(
                added.Where(task => !tasks.Exists(other => other.Name == task.Name))))
            .Returns(Task.CompletedTask);
    }

    public void Dispose()
    {
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_task_identifies_the_object()
    {
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        var row = (await RowAsync())!;
        Assert.Equal(("gone", Arrived.Name, Arrived.Generation), (row.String("Outcome"), row.String("Name"), row.Int64("Generation")));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task An_upload_is_imported_once()
    {
        await PutAsync();
        await using var function = await StartAsync(realEncoder: true);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        Assert.Equal("imported", (await RowAsync())!.String("Outcome"));
        Assert.Equal(QualityLadder.Rungs.Count - 1, tasks.Count);
        foreach (var task in tasks.ToList()) Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function, task));
        var encodings = await store.ListAsync("tracks/", default).ToListAsync();

        // Each rung and its seek index, the seek index of native FLAC, and the analysis.
        Assert.Equal((2 * QualityLadder.Rungs.Count) + 2, encodings.Count);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        Assert.Equal(QualityLadder.Rungs.Count - 1, tasks.Count);
        Assert.Equal(encodings, await store.ListAsync("tracks/", default).ToListAsync());
        Assert.Single(await Source.AllAsync(database, default).ToListAsync());
        Assert.Contains(function.Log.Entries, entry => entry["message"]!.GetValue<string>().Contains("Imported", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_file_is_recorded_and_logged()
    {
        await PutAsync();
        encoder.Setup(e => e.ProbeAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IngestException("It holds no audio."));
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        Assert.Equal(("failed", "It holds no audio."), ((await RowAsync())!.String("Outcome"), (await RowAsync())!.String("Reason")));
        Assert.True(function.HasLogged("WARNING", "It holds no audio."), function.Log.Text);
    }

    [Fact]
    public async Task A_task_is_repeated_while_another_worker_has_the_upload()
    {
        await database.CommitAsync(
            [
                Mutation.Insert(
                    Uploads,
                    ("UploadId", Arrived.Id),
                    ("Bucket", Arrived.Bucket),
                    ("Name", Arrived.Name),
                    ("Generation", Arrived.Generation),
                    ("Tries", 1),
                    ("ClaimedUntil", DateTimeOffset.UtcNow.AddMinutes(1))),
            ],
            default);
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, await SendAsync(function));
    }

    [Fact]
    public async Task A_task_is_repeated_after_a_transient_error()
    {
        await PutAsync();
        var errors = new System.Collections.Generic.Queue<Exception>(
        [
            new IngestException("ffmpeg: No space left on device.") { IsTransient = true },
            new HttpRequestException("down"),
            new TimeoutException("slow"),
        ]);
        encoder.Setup(e => e.ProbeAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(() => Task.FromException<SourceAudio>(errors.Dequeue()));
        await using var function = await StartAsync();
        Assert.Equal(
            Enumerable.Repeat(HttpStatusCode.InternalServerError, 3),
            [await SendAsync(function), await SendAsync(function), await SendAsync(function)]);
        Assert.True((await RowAsync())!.IsNull("CompletedAt"));
    }

    [Fact]
    public async Task An_aborted_task_can_be_repeated_at_once()
    {
        await PutAsync();
        var (probing, abort) = (new TaskCompletionSource(), new CancellationTokenSource());
        encoder.Setup(e => e.ProbeAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string _, CancellationToken ct) => probing.TrySetResult()
                ? new TaskCompletionSource<SourceAudio>().Task.WaitAsync(ct)
                : Task.FromException<SourceAudio>(new IngestException("It holds no audio.")));
        await using var function = await StartAsync();

        var request = Request(UploadTask.Of(Arrived));
        request.Headers.Authorization = issuer.Service();
        var sending = function.Http.SendAsync(request, abort.Token);
        await probing.Task;
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        Assert.Equal(("failed", "It holds no audio."), ((await RowAsync())!.String("Outcome"), (await RowAsync())!.String("Reason")));
    }

    [Fact]
    public async Task A_task_for_another_bucket_is_logged()
    {
        await using var function = await StartAsync(settings => settings["Ingest:UploadBucket"] = "another-bucket");
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function));
        Assert.Null(await RowAsync());
        Assert.Contains("in the bucket test-uploads, not in another-bucket", function.Log.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"bucket":"b","name":"a.flac"}""")]
    [InlineData("""{"bucket":"b","name":null,"generation":1}""")]
    [InlineData("""{"bucket":"b","name":"a.flac","generation":"x"}""")]
    [InlineData("""{"bucket":"b","name":"a.flac","generation":1,"encoding":"best.ogg"}""")]
    public async Task A_body_that_is_not_a_task_is_a_dead_letter(string body)
    {
        await using var function = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(function, new TaskRequest(Encoding.UTF8.GetBytes(body))));
        bus.Verify(b => b.PublishAsync(Topic.DeadLetters, It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Fact]
    public async Task Other_callers_are_rejected()
    {
        await using var function = await StartAsync();
        foreach (var token in new[] { null, issuer.Service("stranger@test.iam.gserviceaccount.com"), issuer.User() })
        {
            var request = Request(UploadTask.Of(Arrived));
            request.Headers.Authorization = token;
            Assert.Equal(HttpStatusCode.Forbidden, (await function.Http.SendAsync(request)).StatusCode);
        }

        Assert.Null(await RowAsync());
    }

    [Theory]
    [InlineData("Ingest:UploadBucket", null, "Ingest:UploadBucket is missing")]
    [InlineData("Ingest:Root", "relative", "Ingest:Root must be an absolute path")]
    [InlineData("Buckets:tracks", null, "Buckets:tracks is missing")]
    [InlineData("Buckets:images", null, "Buckets:images is missing")]
    public async Task An_invalid_setting_is_named_at_start(string setting, string? value, string problem)
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(settings =>
        {
            if (value is null) settings.Remove(setting);
            else settings[setting] = value;
        }));
        Assert.Contains(problem, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_function_does_not_start_without_an_encoder()
    {
        var tools = new FfmpegTools(Tools.Find("true") ?? "/bin/true", "ffprobe");
        using var host = Host.CreateDefaultBuilder()
            .ConfigureServices(services => services.AddSingleton(tools).AddFfmpeg())
            .Build();
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.Contains("without the encoder libvorbis", e.Message, StringComparison.Ordinal);
    }

    private Task<Row?> RowAsync() => database.ReadAsync(Uploads, new Key(Arrived.Id), null, default);

    private async Task PutAsync()
    {
        var random = new Random(1);
        var flac = new MemoryStream();
        var noise = Enumerable.Range(0, 44_100).Select(_ => (short)random.Next(short.MinValue, short.MaxValue));
        FlacEncoder.Encode(flac, [.. noise], channels: 1);
        flac.Position = 0;
        await bucket.WriteAsync(Arrived.Name, flac, new WriteOptions("audio/flac"), default);
    }

    private static HttpRequestMessage Request(TaskRequest task) => new(HttpMethod.Post, AudioIngestFunction.Definition.Queue!.Path)
    {
        Content = new ByteArrayContent(task.Body.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private async Task<HttpStatusCode> SendAsync(TestFunction function, TaskRequest? task = null)
    {
        var request = Request(task ?? UploadTask.Of(Arrived));
        request.Headers.Authorization = issuer.Service();
        using var answer = await function.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private Task<TestFunction> StartAsync(Action<Dictionary<string, string?>>? change = null, bool realEncoder = false)
    {
        var settings = TestFunction.Settings(issuer);
        settings["Ingest:UploadBucket"] = Arrived.Bucket;
        settings["Ingest:Root"] = Path.Combine(directory.FullName, "scratch");
        settings["Buckets:tracks"] = settings["Buckets:images"] = "test-audio";
        change?.Invoke(settings);
        return TestFunction.StartAsync(
            new AudioIngest(),
            issuer,
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<IDatabase>(database));
                services.Replace(ServiceDescriptor.Singleton<IObjectStore>(store));
                services.Replace(ServiceDescriptor.Singleton(bus.Object));
                services.Replace(ServiceDescriptor.Singleton(queue.Object));
                services.RemoveAllKeyed<IObjectStore>(UploadIngest.Uploads);
                services.AddKeyedSingleton<IObjectStore>(UploadIngest.Uploads, bucket);
                if (!realEncoder) services.Replace(ServiceDescriptor.Singleton(encoder.Object));
            },
            settings);
    }
}
