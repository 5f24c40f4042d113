using System.Diagnostics.Metrics;
using System.Text;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
using Spotify.Hosting.Objects;
using static Spotify.Google.Tests.Objects.StorageOperation;

namespace Spotify.Google.Tests.Objects;

public sealed class BucketFaultTests : IAsyncLifetime
{
    private const string Name = "tracks/a/b.ogg";
    private const int Chunk = BucketOptions.ChunkUnit;

    private static readonly WriteOptions Ogg = new("audio/ogg");
    private static readonly WriteOptions OggOnce = new("audio/ogg", OnlyIfAbsent: true);

    private readonly StorageFixture fixture = new();
    private BucketObjectStore store = null!;

    private StorageServer Server => fixture.Server;

    private byte[]? Stored => Server.Find(StorageFixture.Bucket, Name)?.Content;

    public async Task InitializeAsync()
    {
        await fixture.InitializeAsync();
        store = fixture.Open();
    }

    public Task DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Sends_an_upload_in_chunks_with_the_checksum_in_the_last()
    {
        var content = Random((2 * Chunk) + 10);
        await store.WriteAsync(Name, new MemoryStream(content), Ogg, default);
        Assert.Equal(content, Stored);
        var chunks = Server.Of(StorageOperation.Chunk);
        Assert.Equal(
            [$"bytes 0-{Chunk - 1}/*", $"bytes {Chunk}-{(2 * Chunk) - 1}/*", $"bytes {2 * Chunk}-{content.Length - 1}/{content.Length}"],
            chunks.Select(request => request["content-range"]));
        Assert.Equal([null, null, "crc32c=" + Crc32C.Of(content)], chunks.Select(request => request["x-goog-hash"]));
        Assert.Null(Assert.Single(Server.Of(StartUpload))["ifGenerationMatch"]);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public async Task Immutable_objects_are_cacheable_for_a_year_and_others_are_not_cached()
    {
        await store.WriteAsync(Name, Text("x"), new WriteOptions("audio/ogg", Immutable: true), default);
        await store.WriteAsync("deadletters/a", Text("x"), new WriteOptions("application/json", OnlyIfAbsent: true), default);
        Assert.Null(Server.Of(StartUpload)[0]["ifGenerationMatch"]);
        var (_, audioType, audioCaching) = Server.Find(StorageFixture.Bucket, Name)!.Value;
        Assert.Equal(("audio/ogg", "public, max-age=31536000, immutable"), (audioType, audioCaching));
        Assert.Equal("0", Server.Of(StartUpload)[1]["ifGenerationMatch"]);
        var (_, letterType, letterCaching) = Server.Find(StorageFixture.Bucket, "deadletters/a")!.Value;
        Assert.Equal(("application/json", "no-store"), (letterType, letterCaching));
    }

    [Fact]
    public async Task Does_not_read_the_source_if_the_object_exists()
    {
        Server.Put(StorageFixture.Bucket, Name, [1]);
        var source = Text("x");
        await store.WriteAsync(Name, source, OggOnce, default);
        Assert.Equal(0, source.Position);
        Assert.Equal(StartUpload, Assert.Single(Server.Requests).Operation);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Retries_transient_errors(int status)
    {
        foreach (var operation in Enum.GetValues<StorageOperation>().Except([AskProgress])) Server.Fail(operation, status, times: 2);
        var content = Random(1000);
        await store.WriteAsync(Name, new MemoryStream(content), OggOnce, default);
        Assert.Equal(content, await ReadAsync());
        Assert.Equal(1000, (await store.FindAsync(Name, default))!.Size);
        await foreach (var found in store.ListAsync("", default)) Assert.Equal(Name, found.Name);
        await store.DeleteAsync(Name, default);
        Assert.Null(Stored);
        Assert.All([Find, Download, List, StartUpload, Delete], operation => Assert.InRange(Server.Of(operation).Count, 3, 4));
        Assert.Single(Server.Of(Delete).Select(request => request["ifGenerationMatch"]).Distinct());
    }

    [Fact]
    public async Task Stops_after_the_configured_number_of_tries()
    {
        Server.Fail(Download, 503, times: 100);
        Server.Fail(StartUpload, 503, times: 100);
        var failure = await Assert.ThrowsAsync<IOException>(() => store.OpenReadAsync(Name, null, default));
        Assert.Contains(Name, failure.Message);
        Assert.Contains("503", failure.Message);
        Assert.Equal(5, Server.Of(Download).Count);
        failure = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Name, Text("x"), Ogg, default));
        Assert.Contains("Backend Error", failure.Message);
        Assert.Equal(5, Server.Of(StartUpload).Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(412)]
    public async Task Does_not_retry_rejected_requests(int status)
    {
        foreach (var operation in Enum.GetValues<StorageOperation>()) Server.Fail(operation, status, times: 10, message: "Access denied.");
        Func<Task>[] calls =
        [
            () => store.OpenReadAsync(Name, null, default),
            () => store.FindAsync(Name, default),
            () => store.DeleteAsync(Name, default),
            () => store.WriteAsync(Name, Text("x"), Ogg, default),
            async () => await store.ListAsync("", default).GetAsyncEnumerator().MoveNextAsync(),
        ];
        foreach (var call in calls)
        {
            var before = Server.Requests.Count;
            Assert.Contains("Access denied.", (await Assert.ThrowsAsync<IOException>(call)).Message);
            Assert.Equal(before + 1, Server.Requests.Count);
        }
    }

    [Fact]
    public async Task Reports_a_missing_bucket()
    {
        Server.Buckets = ["another"];
        Func<Task>[] calls =
        [
            () => store.OpenReadAsync(Name, null, default),
            () => store.OpenReadAsync(Name, new ObjectRange(0, 0), default),
            () => store.FindAsync(Name, default),
            () => store.DeleteAsync(Name, default),
            () => store.WriteAsync(Name, Text("x"), Ogg, default),
            async () => await store.ListAsync("", default).GetAsyncEnumerator().MoveNextAsync(),
        ];
        foreach (var call in calls) Assert.Contains("bucket does not exist", (await Assert.ThrowsAsync<IOException>(call)).Message);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100_000, 0)]
    [InlineData(Chunk, Chunk)]
    [InlineData(600_000, 2 * Chunk)]
    [InlineData(4 * Chunk, 4 * Chunk)]
    public async Task Resumes_an_interrupted_upload(int sent, int kept)
    {
        var content = Random((9 * Chunk) + 5);
        Server.Cut(StorageOperation.Chunk, sent);
        var large = fixture.Open(configure: options => options.ChunkBytes = 4 * Chunk);
        await large.WriteAsync(Name, new MemoryStream(content), Ogg, default);
        Assert.Equal(content, Stored);
        Assert.Single(Server.Of(StartUpload));
        Assert.Equal("bytes */*", Assert.Single(Server.Of(AskProgress))["content-range"]);
        Assert.Equal($"bytes {kept}-{kept + (4 * Chunk) - 1}/*", Server.Of(StorageOperation.Chunk)[1]["content-range"]);
    }

    [Fact]
    public async Task Completes_an_upload_whose_response_was_lost()
    {
        var content = Random(Chunk + 5);
        await store.WriteAsync(Name, Text("old"), Ogg, default);
        Server.Cut(StorageOperation.Chunk, afterBytes: null, times: 2);
        await store.WriteAsync(Name, new MemoryStream(content), Ogg, default);
        Assert.Equal(content, Stored);
        Assert.Equal(2, Server.Of(StartUpload).Count);
        Assert.Equal(2, Server.Of(AskProgress).Count);
        Assert.Equal(3, Server.Of(StorageOperation.Chunk).Count);
    }

    [Fact]
    public async Task Completes_a_conditional_upload_whose_response_was_lost()
    {
        // The precondition would fail on the retry, because the first try created the object.
        Server.Cut(StorageOperation.Chunk, afterBytes: null);
        await store.WriteAsync(Name, Text("new"), OggOnce, default);
        Assert.Equal("new"u8, Stored!);
        Assert.Single(Server.Of(StartUpload));
    }

    [Fact]
    public async Task Keeps_the_first_object_of_two_concurrent_conditional_writes()
    {
        var held = Server.Hold(StorageOperation.Chunk);
        var writing = store.WriteAsync(Name, Text("second"), OggOnce, default);
        await held.Arrived;
        Server.Put(StorageFixture.Bucket, Name, "first"u8.ToArray());
        held.Release();
        await writing;
        Assert.Equal("first"u8, Stored!);
    }

    [Fact]
    public async Task Damaged_content_does_not_replace_an_object()
    {
        await store.WriteAsync(Name, Text("old"), Ogg, default);
        Server.Damage(StorageOperation.Chunk, unnoticed: false);
        var failure = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Name, Text("new"), Ogg, default));
        Assert.Contains("CRC32C", failure.Message);
        Assert.Equal("old"u8, Stored!);
    }

    [Fact]
    public async Task Removes_an_object_whose_checksum_differs_from_the_source()
    {
        Server.Damage(StorageOperation.Chunk);
        var failure = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Name, Text("new"), Ogg, default));
        Assert.Contains("damaged during the upload", failure.Message);
        Assert.Null(Stored);
        Assert.NotNull(Assert.Single(Server.Of(Delete))["generation"]);
    }

    [Fact]
    public async Task Stores_nothing_if_the_source_fails()
    {
        var source = new Mock<Stream>();
        var reads = 0;
        source.Setup(stream => stream.ReadAsync(It.IsAny<Memory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns((Memory<byte> buffer, CancellationToken _) =>
                ++reads < 200 ? ValueTask.FromResult(buffer.Length) : throw new InvalidDataException("The source failed."));
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteAsync(Name, source.Object, Ogg, default));
        Assert.Equal("The source failed.", failure.Message);
        Assert.Null(Stored);
        Assert.NotEmpty(Server.Of(StorageOperation.Chunk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150_000)]
    [InlineData(299_999)]
    public async Task Resumes_an_interrupted_download(int sent)
    {
        var content = Random(300_000);
        Server.Put(StorageFixture.Bucket, Name, content);
        Server.Cut(Download, sent);
        Assert.Equal(content, await ReadAsync());
        var (first, second) = (Server.Of(Download)[0], Server.Of(Download)[1]);
        Assert.Equal(2, Server.Requests.Count);
        Assert.Equal((null, null), (first["range"], first["generation"]));
        Assert.Equal($"bytes={sent}-299999", second["range"]);
        Assert.NotNull(second["generation"]);
    }

    [Fact]
    public async Task Resumes_an_interrupted_download_of_a_byte_range()
    {
        var content = Random(300_000);
        Server.Put(StorageFixture.Bucket, Name, content);
        Server.Cut(Download, 100);
        Server.Cut(Download, 0);
        Server.Cut(Download, 50);
        Assert.Equal(content[1000..201_000], await ReadAsync(new ObjectRange(1000, 200_000)));
        Assert.Equal(
            ["bytes=1000-200999", "bytes=1100-200999", "bytes=1100-200999", "bytes=1150-200999"],
            Server.Of(Download).Select(request => request["range"]));
    }

    [Fact]
    public async Task Stops_a_download_without_progress()
    {
        Server.Put(StorageFixture.Bucket, Name, Random(300_000));
        Server.Cut(Download, 100);
        Server.Cut(Download, 0, times: 100);
        Assert.Contains("at byte 100 of 300000", (await Assert.ThrowsAsync<IOException>(() => ReadAsync())).Message);
        Assert.Equal(5, Server.Of(Download).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Does_not_resume_a_download_from_another_generation(bool removed)
    {
        Server.Put(StorageFixture.Bucket, Name, Random(300_000));
        Server.Cut(Download, 100_000);
        await using var stream = await store.OpenReadAsync(Name, null, default);
        if (removed) await store.DeleteAsync(Name, default);
        else Server.Put(StorageFixture.Bucket, Name, new byte[300_000]);
        var failure = await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal($"The object '{Name}' was replaced or removed while it was being read.", failure.Message);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(300_000)]
    public async Task Detects_damage_during_a_download(int length)
    {
        Server.Put(StorageFixture.Bucket, Name, Random(length));
        Server.Damage(Download);
        Assert.Contains("damaged during the download", (await Assert.ThrowsAsync<IOException>(() => ReadAsync())).Message);
    }

    [Fact]
    public async Task Reports_an_object_that_is_stored_compressed()
    {
        Server.PutCompressed(StorageFixture.Bucket, Name, Random(100));
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => store.OpenReadAsync(Name, null, default));
        Assert.Contains("Content-Encoding", failure.Message, StringComparison.Ordinal);
        Assert.Single(Server.Of(Download));
    }

    [Fact]
    public async Task Buffers_short_byte_ranges_and_streams_long_ones()
    {
        Server.Put(StorageFixture.Bucket, Name, Random(300_000));
        await using var small = await store.OpenReadAsync(Name, new ObjectRange(5, 1000), default);
        await using var large = await store.OpenReadAsync(Name, new ObjectRange(5, 200_000), default);
        Assert.True(small.CanSeek);
        Assert.False(large.CanSeek);
        Assert.Equal(2, Server.Requests.Count);
    }

    [Theory]
    [InlineData(Find)]
    [InlineData(Download)]
    [InlineData(List)]
    [InlineData(StartUpload)]
    [InlineData(StorageOperation.Chunk)]
    [InlineData(Delete)]
    public async Task Reports_a_timeout(StorageOperation operation)
    {
        Server.Put(StorageFixture.Bucket, Name, [1]);
        var held = Server.Hold(operation);
        var calling = CallAsync(operation, default);
        await held.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(calling.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("within 30 s", (await Assert.ThrowsAsync<TimeoutException>(() => calling)).Message);
    }

    [Theory]
    [InlineData(Find)]
    [InlineData(Download)]
    [InlineData(List)]
    [InlineData(StartUpload)]
    [InlineData(StorageOperation.Chunk)]
    [InlineData(Delete)]
    public async Task Stops_when_the_caller_cancels(StorageOperation operation)
    {
        Server.Put(StorageFixture.Bucket, Name, [1]);
        using var caller = new CancellationTokenSource();
        var held = Server.Hold(operation);
        var calling = CallAsync(operation, caller.Token);
        await held.Arrived;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.Equal([1], Stored);
    }

    [Fact]
    public async Task Applies_the_deadline_to_each_chunk()
    {
        var held = Enumerable.Range(0, 3).Select(_ => Server.Hold(StorageOperation.Chunk)).ToList();
        var writing = store.WriteAsync(Name, new MemoryStream(Random((2 * Chunk) + 1)), Ogg, default);
        foreach (var chunk in held)
        {
            await chunk.Arrived;
            fixture.Time.Advance(TimeSpan.FromSeconds(20));
            chunk.Release();
        }

        await writing;
        Assert.Equal((2 * Chunk) + 1, Stored!.Length);
    }

    [Fact]
    public async Task Does_not_count_the_time_of_a_slow_source()
    {
        var source = new Mock<Stream>();
        var reads = 0;
        source.Setup(stream => stream.ReadAsync(It.IsAny<Memory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns((Memory<byte> buffer, CancellationToken _) =>
            {
                fixture.Time.Advance(TimeSpan.FromMinutes(5));
                buffer.Span[0] = 7;
                return ValueTask.FromResult(++reads <= 3 ? 1 : 0);
            });
        await store.WriteAsync(Name, source.Object, Ogg, default);
        Assert.Equal([7, 7, 7], Stored);
    }

    [Fact]
    public async Task Does_not_delete_a_newer_object()
    {
        Server.Put(StorageFixture.Bucket, Name, [1]);
        var held = Server.Hold(Delete);
        var deleting = store.DeleteAsync(Name, default);
        await held.Arrived;
        Server.Put(StorageFixture.Bucket, Name, [2]);
        held.Release();
        await deleting;
        Assert.Equal([2], Stored);
    }

    [Fact]
    public async Task Completes_a_deletion_whose_response_was_lost()
    {
        Server.Put(StorageFixture.Bucket, Name, [1]);
        Server.Cut(Delete, afterBytes: null);
        await store.DeleteAsync(Name, default);
        Assert.Null(Stored);
        Assert.Equal(2, Server.Of(Delete).Count);
    }

    [Fact]
    public async Task Measures_calls_by_operation_and_outcome()
    {
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BucketObjectStore.MeterName && instrument.Meter.Scope == fixture.Meters)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            lock (seen) seen.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value)));
        });
        listener.Start();
        await Assert.ThrowsAsync<FileNotFoundException>(() => store.OpenReadAsync(Name, null, default));
        await store.WriteAsync(Name, Text("x"), Ogg, default);
        await ReadAsync();
        Server.Fail(Delete, 403);
        await Assert.ThrowsAsync<IOException>(() => store.DeleteAsync(Name, default));
        Assert.Equal(["read not_found", "write ok", "read ok", "delete error"], seen);
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private Task CallAsync(StorageOperation operation, CancellationToken ct) => operation switch
    {
        Find => store.FindAsync(Name, ct),
        Download => store.OpenReadAsync(Name, null, ct),
        List => store.ListAsync("", ct).GetAsyncEnumerator(ct).MoveNextAsync().AsTask(),
        Delete => store.DeleteAsync(Name, ct),
        _ => store.WriteAsync(Name, Text("x"), Ogg, ct),
    };

    private async Task<byte[]> ReadAsync(ObjectRange? range = null)
    {
        await using var stream = await store.OpenReadAsync(Name, range, default);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
