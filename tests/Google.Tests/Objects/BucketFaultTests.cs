using System.Diagnostics.Metrics;
using System.Text;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
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
    public async Task Sends_an_upload_in_chunks_and_the_checksum_with_the_last()
    {
        var content = Random((2 * Chunk) + 10);
        await store.WriteAsync(Name, new MemoryStream(content), Ogg, default);
        Assert.Equal(content, Stored);
        Assert.Equal([$"bytes 0-{Chunk - 1}/*", $"bytes {Chunk}-{(2 * Chunk) - 1}/*", $"bytes {2 * Chunk}-{content.Length - 1}/{content.Length}"], Server.Of(StorageOperation.Chunk).Select(request => request["content-range"]));
        Assert.Equal([null, null, "crc32c=" + Crc32C.Of(content)], Server.Of(StorageOperation.Chunk).Select(request => request["x-goog-hash"]));
        Assert.Null(Assert.Single(Server.Of(StartUpload))["ifGenerationMatch"]);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public void Has_the_checksum_of_the_standard() => Assert.Equal(Convert.ToBase64String([0xe3, 0x06, 0x92, 0x83]), Crc32C.Of("123456789"u8));

    [Fact]
    public async Task Lets_names_that_carry_a_hash_be_kept_for_a_year()
    {
        await store.WriteAsync(Name, Text("x"), OggOnce, default);
        await store.WriteAsync("images/a", Text("x"), new WriteOptions("image/jpeg"), default);
        Assert.Equal("0", Server.Of(StartUpload)[0]["ifGenerationMatch"]);
        Assert.Equal(("audio/ogg", "public, max-age=31536000, immutable"), (Server.Find(StorageFixture.Bucket, Name)!.Value.ContentType, Server.Find(StorageFixture.Bucket, Name)!.Value.CacheControl));
        Assert.Equal(("image/jpeg", null), (Server.Find(StorageFixture.Bucket, "images/a")!.Value.ContentType, Server.Find(StorageFixture.Bucket, "images/a")!.Value.CacheControl));
    }

    [Fact]
    public async Task Reads_nothing_of_a_source_that_is_not_wanted()
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
    public async Task Tries_again_what_failed_in_passing(int status)
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
    public async Task Gives_up_after_as_many_tries_as_configured()
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
    public async Task Does_not_try_again_what_is_refused(int status)
    {
        foreach (var operation in Enum.GetValues<StorageOperation>()) Server.Fail(operation, status, times: 10, message: "She may not.");
        Func<Task>[] calls =
        [
            () => store.OpenReadAsync(Name, null, default), () => store.FindAsync(Name, default), () => store.DeleteAsync(Name, default),
            () => store.WriteAsync(Name, Text("x"), Ogg, default), async () => await store.ListAsync("", default).GetAsyncEnumerator().MoveNextAsync(),
        ];
        foreach (var call in calls)
        {
            var before = Server.Requests.Count;
            Assert.Contains("She may not.", (await Assert.ThrowsAsync<IOException>(call)).Message);
            Assert.Equal(before + 1, Server.Requests.Count);
        }
    }

    [Fact]
    public async Task Says_that_a_bucket_is_missing()
    {
        Server.Buckets = ["another"];
        Func<Task>[] calls =
        [
            () => store.OpenReadAsync(Name, null, default), () => store.OpenReadAsync(Name, new ObjectRange(0, 0), default), () => store.FindAsync(Name, default), () => store.DeleteAsync(Name, default),
            () => store.WriteAsync(Name, Text("x"), Ogg, default), async () => await store.ListAsync("", default).GetAsyncEnumerator().MoveNextAsync(),
        ];
        foreach (var call in calls) Assert.Contains("bucket does not exist", (await Assert.ThrowsAsync<IOException>(call)).Message);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100_000, 0)]
    [InlineData(Chunk, Chunk)]
    [InlineData(600_000, 2 * Chunk)]
    [InlineData(4 * Chunk, 4 * Chunk)]
    public async Task Goes_on_with_an_upload_where_it_broke_off(int sent, int kept)
    {
        var content = Random((9 * Chunk) + 5);
        Server.Cut(StorageOperation.Chunk, sent);
        await fixture.Open(configure: options => options.ChunkBytes = 4 * Chunk).WriteAsync(Name, new MemoryStream(content), Ogg, default);
        Assert.Equal(content, Stored);
        Assert.Single(Server.Of(StartUpload));
        Assert.Equal("bytes */*", Assert.Single(Server.Of(AskProgress))["content-range"]);
        Assert.Equal($"bytes {kept}-{kept + (4 * Chunk) - 1}/*", Server.Of(StorageOperation.Chunk)[1]["content-range"]);
    }

    [Fact]
    public async Task Takes_an_upload_as_done_whose_answer_was_lost()
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
    public async Task Takes_a_new_object_as_written_whose_answer_was_lost()
    {
        // Its own object, which the precondition would refuse, is no stranger's.
        Server.Cut(StorageOperation.Chunk, afterBytes: null);
        await store.WriteAsync(Name, Text("new"), OggOnce, default);
        Assert.Equal("new"u8, Stored!);
        Assert.Single(Server.Of(StartUpload));
    }

    [Fact]
    public async Task Leaves_the_other_s_object_when_two_write_at_once()
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
    public async Task Damaged_content_does_not_take_an_object_s_place()
    {
        await store.WriteAsync(Name, Text("old"), Ogg, default);
        Server.Damage(StorageOperation.Chunk, unnoticed: false);
        var failure = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Name, Text("new"), Ogg, default));
        Assert.Contains("CRC32C", failure.Message);
        Assert.Equal("old"u8, Stored!);
    }

    [Fact]
    public async Task Removes_what_is_not_what_was_sent()
    {
        Server.Damage(StorageOperation.Chunk);
        var failure = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Name, Text("new"), Ogg, default));
        Assert.Contains("damaged on its way", failure.Message);
        Assert.Null(Stored);
        Assert.NotNull(Assert.Single(Server.Of(Delete))["generation"]);
    }

    [Fact]
    public async Task Leaves_nothing_of_a_source_that_fails()
    {
        var source = new Mock<Stream>();
        var reads = 0;
        source.Setup(stream => stream.ReadAsync(It.IsAny<Memory<byte>>(), It.IsAny<CancellationToken>()))
            .Returns((Memory<byte> buffer, CancellationToken _) => ++reads < 200 ? ValueTask.FromResult(buffer.Length) : throw new InvalidDataException("The source broke off."));
        Assert.Equal("The source broke off.", (await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteAsync(Name, source.Object, Ogg, default))).Message);
        Assert.Null(Stored);
        Assert.NotEmpty(Server.Of(StorageOperation.Chunk));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150_000)]
    [InlineData(299_999)]
    public async Task Goes_on_with_a_download_where_it_broke_off(int sent)
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
    public async Task Goes_on_with_a_stretch_where_it_broke_off()
    {
        var content = Random(300_000);
        Server.Put(StorageFixture.Bucket, Name, content);
        Server.Cut(Download, 100);
        Server.Cut(Download, 0);
        Server.Cut(Download, 50);
        Assert.Equal(content[1000..201_000], await ReadAsync(new ObjectRange(1000, 200_000)));
        Assert.Equal(["bytes=1000-200999", "bytes=1100-200999", "bytes=1100-200999", "bytes=1150-200999"], Server.Of(Download).Select(request => request["range"]));
    }

    [Fact]
    public async Task Gives_up_a_download_that_comes_no_further()
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
    public async Task Does_not_go_on_in_another_object(bool removed)
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
    public async Task Notices_damage_on_the_way(int length)
    {
        Server.Put(StorageFixture.Bucket, Name, Random(length));
        Server.Damage(Download);
        Assert.Contains("came damaged", (await Assert.ThrowsAsync<IOException>(() => ReadAsync())).Message);
    }

    [Fact]
    public async Task Says_of_what_is_kept_compressed_that_it_never_can_be_read()
    {
        Server.PutCompressed(StorageFixture.Bucket, Name, Random(100));
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => store.OpenReadAsync(Name, null, default));
        Assert.Contains("Content-Encoding", refused.Message, StringComparison.Ordinal);
        Assert.Single(Server.Of(Download));
    }

    [Fact]
    public async Task Reads_short_stretches_at_once_and_streams_long_ones()
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
    public async Task Says_that_it_took_too_long(StorageOperation operation)
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
    public async Task Stops_when_the_caller_does(StorageOperation operation)
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
    public async Task Gives_each_chunk_the_whole_deadline()
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
    public async Task A_slow_source_has_all_the_time_that_it_needs()
    {
        var source = new Mock<Stream>();
        var reads = 0;
        source.Setup(stream => stream.ReadAsync(It.IsAny<Memory<byte>>(), It.IsAny<CancellationToken>())).Returns((Memory<byte> buffer, CancellationToken _) =>
        {
            fixture.Time.Advance(TimeSpan.FromMinutes(5));
            buffer.Span[0] = 7;
            return ValueTask.FromResult(++reads <= 3 ? 1 : 0);
        });
        await store.WriteAsync(Name, source.Object, Ogg, default);
        Assert.Equal([7, 7, 7], Stored);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    [InlineData(60, 5)]
    public async Task Waits_longer_before_each_try(int failures, int seconds)
    {
        var random = new Mock<Random>();
        random.Setup(source => source.NextDouble()).Returns(1);
        var retries = new StorageRetries(new BucketOptions { MinBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(5) }, fixture.Time, random.Object);
        var waiting = retries.WaitAsync(failures, default);
        fixture.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromTicks(1));
        await waiting;
    }

    [Fact]
    public async Task Does_not_remove_what_was_written_since()
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
    public async Task A_deletion_whose_answer_was_lost_is_done()
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
                if (instrument.Meter.Name == BucketObjectStore.MeterName && instrument.Meter.Scope == fixture.Meters) self.EnableMeasurementEvents(instrument);
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
