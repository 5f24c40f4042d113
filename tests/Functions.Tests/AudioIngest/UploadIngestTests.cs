using Spotify.Audio;
using Spotify.Audio.Tags;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Licensing;

namespace Spotify.Functions.Tests.AudioIngest;

public sealed class UploadIngestTests : IDisposable
{
    private static readonly byte[] X = UploadBench.Flac(1);
    private static readonly byte[] Y = UploadBench.Flac(2);
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 16, .. "JFIF"u8, 0, 1];

    private readonly UploadBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_upload_becomes_a_track_of_its_folder_s_album()
    {
        var upload = await bench.PutAsync("Artist/Album/01 Title.flac", X);
        Assert.Equal(UploadOutcome.Imported, await RunAsync(upload));

        var track = Assert.Single(await bench.TracksAsync());
        Assert.Equal("Title", track.String("Name"));
        Assert.NotNull(await bench.Store.FindAsync($"{Prefix(track)}high.m4a", default));
        var source = Assert.Single(await bench.SourcesAsync());
        Assert.Equal(bench.PathOf(upload.Name), source.File.Path);
        Assert.Equal((await bench.Arrived.FindAsync(upload.Name, default))!.Modified, source.File.ModifiedAt, TimeSpan.FromMicroseconds(1));

        var row = await bench.RowAsync(upload);
        Assert.Equal(("imported", upload.Generation, null), (row.String("Outcome"), row.Int64("Generation"), row.StringOrNull("Reason")));
        Assert.Equal(bench.Clock.Now, row.Timestamp("CompletedAt"), TimeSpan.FromMicroseconds(1));
        Assert.Empty(bench.Leftovers);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task All_qualities_are_encoded_with_ffmpeg()
    {
        var upload = await bench.PutAsync("Album/1. Noise.flac", UploadBench.Flac(1, samples: 44_100));
        await bench.PutAsync("Album/Folder.JPG", await File.ReadAllBytesAsync(MakePicture()));
        var instance = bench.Instance(new FfmpegEncoder(FfmpegTools.Find()!));
        Assert.Equal(UploadOutcome.Imported, (await bench.CompleteAsync(upload, instance)).Outcome);
        Assert.Equal(UploadOutcome.Repeated, (await instance.ImportAsync(upload, default)).Outcome);

        var track = Assert.Single(await bench.TracksAsync());
        var stored = await bench.Store.ListAsync("", default).Select(found => found.Name).ToListAsync();
        Assert.Equal(20, stored.Count(name => name.StartsWith(Prefix(track), StringComparison.Ordinal)));
        Assert.Equal(3, stored.Count(name => name.StartsWith($"images/{track.String("ImageId")}/", StringComparison.Ordinal)));
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task Audio_is_written_as_immutable()
    {
        var written = new Dictionary<string, WriteOptions>();
        var store = new Mock<IObjectStore>();
        store.Setup(mock => mock.WriteAsync(
                It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<WriteOptions>(), It.IsAny<CancellationToken>()))
            .Callback((string name, Stream _, WriteOptions options, CancellationToken _) => written.Add(name, options))
            .Returns(Task.CompletedTask);
        var upload = await bench.PutAsync("a.flac", X);
        Assert.Equal(UploadOutcome.Imported, (await bench.Instance(store: store.Object).ImportAsync(upload, default)).Outcome);
        Assert.NotEmpty(written);
        Assert.All(written.Values, options => Assert.True(options.Immutable));
    }

    [Fact]
    public async Task A_repeated_delivery_does_nothing()
    {
        var upload = await bench.PutAsync("a.flac", X);
        Assert.Equal(
            [UploadOutcome.Imported, UploadOutcome.Repeated, UploadOutcome.Repeated],
            [await RunAsync(upload), await RunAsync(upload), await RunAsync(upload)]);
        Assert.Equal(1, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task The_second_of_two_concurrent_deliveries_must_be_repeated()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var (first, release) = await StartAsync(upload);
        Assert.Equal(UploadOutcome.Busy, await RunAsync(upload));
        release.SetResult();
        Assert.Equal(UploadOutcome.Imported, (await first).Outcome);
        Assert.Equal(UploadOutcome.Repeated, await RunAsync(upload));
        Assert.Equal(1, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task An_instance_processes_one_upload_at_a_time()
    {
        var (x, y) = (await bench.PutAsync("x.flac", X), await bench.PutAsync("y.flac", Y));
        var instance = bench.Instance();
        var (first, release) = await StartAsync(x, instance);
        var again = instance.ImportAsync(x, default);
        var other = instance.ImportAsync(y, default);
        Assert.Equal(1, bench.Encoder.Encodings);
        release.SetResult();
        Assert.Equal(
            [UploadOutcome.Imported, UploadOutcome.Repeated, UploadOutcome.Imported],
            [(await first).Outcome, (await again).Outcome, (await other).Outcome]);
    }

    [Fact]
    public async Task The_upload_of_a_stopped_instance_is_processed_after_its_claim_expires()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await StopDuringImportAsync(upload);
        Assert.Empty(await bench.TracksAsync());
        Assert.Equal(UploadOutcome.Busy, await RunAsync(upload));
        bench.Clock.Advance(bench.Options.TryLimit);
        Assert.Equal(UploadOutcome.Busy, await RunAsync(upload));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(UploadOutcome.Imported, await RunAsync(upload));
        Assert.Single(await bench.TracksAsync());
    }

    [Fact]
    public async Task An_upload_that_stops_every_instance_fails()
    {
        var upload = await bench.PutAsync("a.flac", X);
        for (var i = 0; i < bench.Options.MaxTries; i++)
        {
            await StopDuringImportAsync(upload);
            bench.Clock.Advance(TimeSpan.FromHours(1));
        }

        var tries = bench.Encoder.Encodings;
        Assert.Equal([UploadOutcome.Failed, UploadOutcome.Repeated], [await RunAsync(upload), await RunAsync(upload)]);
        Assert.Equal(tries, bench.Encoder.Encodings);
        Assert.Contains("failed after 5 attempts", (await bench.RowAsync(upload)).String("Reason"), StringComparison.Ordinal);

        Assert.Equal(UploadOutcome.Imported, await RunAsync(await bench.PutAsync("a.flac", X)));
    }

    [Fact]
    public async Task An_attempt_that_lasts_longer_than_its_claim_changes_nothing()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var options = bench.Options;
        bench.Options = options with { Root = options.Root + "-stalled" };
        var (stalled, release) = await StartAsync(upload, bench.Instance(clock: new ManualTimeProvider(bench.Clock.Now)));
        bench.Options = options;
        bench.Clock.Advance(TimeSpan.FromHours(1));
        var replaced = await bench.PutAsync("a.flac", Y);
        Assert.Equal(UploadOutcome.Imported, await RunAsync(replaced));
        var before = (await bench.TracksAsync())[0].String("Revision");

        release.SetResult();
        Assert.Equal(UploadOutcome.Busy, (await stalled).Outcome);
        Assert.Equal(before, Assert.Single(await bench.TracksAsync()).String("Revision"));
        Assert.Equal(UploadOutcome.Replaced, await RunAsync(upload));
    }

    [Fact]
    public async Task An_attempt_ends_at_its_time_limit_and_can_be_repeated_at_once()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var (slow, _) = await StartAsync(upload);
        bench.Clock.Advance(bench.Options.TryLimit);
        await Assert.ThrowsAsync<TimeoutException>(() => slow);
        var row = await bench.RowAsync(upload);
        Assert.Equal((1, true), (row.Int64("Tries"), row.IsNull("ClaimedUntil")));
        Assert.Contains("longer than 00:29:00", row.String("Reason"), StringComparison.Ordinal);
        Assert.Equal(UploadOutcome.Imported, await RunAsync(upload));
    }

    [Fact]
    public async Task A_canceled_delivery_releases_its_claim()
    {
        var upload = await bench.PutAsync("a.flac", X);
        using var shutdown = new CancellationTokenSource();
        var (first, _) = await StartAsync(upload, ct: shutdown.Token);
        await shutdown.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(0, (await bench.RowAsync(upload)).Int64("Tries"));
        Assert.Equal(UploadOutcome.Imported, await RunAsync(upload));
    }

    [Fact]
    public async Task Attempts_with_an_unavailable_bucket_are_not_counted()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var bucket = new Mock<IObjectStore>();
        bucket.Setup(store => store.FindAsync("a.flac", It.IsAny<CancellationToken>())).ThrowsAsync(new HttpRequestException("503"));
        var instance = bench.Instance(uploads: bucket.Object);
        for (var i = 0; i <= bench.Options.MaxTries; i++)
            await Assert.ThrowsAsync<HttpRequestException>(() => instance.ImportAsync(upload, default));
        Assert.Equal(UploadOutcome.Imported, await RunAsync(upload));
    }

    [Fact]
    public async Task Attempts_with_a_full_disk_are_counted()
    {
        var upload = await bench.PutAsync("a.flac", X);
        bench.Encoder.Encoding = _ => throw new IngestException("ffmpeg: No space left on device.") { IsTransient = true };
        for (var i = 0; i < bench.Options.MaxTries; i++) await Assert.ThrowsAsync<IngestException>(() => RunAsync(upload));
        Assert.Equal(UploadOutcome.Failed, await RunAsync(upload));
        Assert.Contains("No space left", (await bench.RowAsync(upload)).String("Reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replaced_object_is_new_audio_of_its_track_and_the_old_delivery_is_ignored()
    {
        var old = await bench.PutAsync("a.flac", X);
        await RunAsync(old);
        var before = Assert.Single(await bench.TracksAsync());
        var replaced = await bench.PutAsync("a.flac", Y);
        Assert.Equal(UploadOutcome.Imported, await RunAsync(replaced));
        Assert.Equal(UploadOutcome.Replaced, await RunAsync(old));

        var after = Assert.Single(await bench.TracksAsync());
        Assert.Equal(before.String("PlayableId"), after.String("PlayableId"));
        Assert.NotEqual(before.String("Revision"), after.String("Revision"));
        Assert.Equal(replaced.Generation, (await bench.RowAsync(replaced)).Int64("Generation"));
    }

    [Fact]
    public async Task A_track_that_gets_a_former_revision_again_is_encrypted_again()
    {
        var keys = new Mock<IMasterKeys>();
        keys.Setup(one => one.OpenAsync(It.IsAny<CancellationToken>()))
            .ReturnsAsync(new MasterKeyRing("m1", [new("m1", new byte[MasterKeyRing.KeyLength])]));
        var encryptor = new AudioEncryptor(bench.Database, bench.Store, keys.Object, bench.Clock);
        await RunAsync(await bench.PutAsync("a.flac", X));
        var track = Assert.Single(await bench.TracksAsync());
        var task = new EncryptionTask(track.String("PlayableId"), track.String("Revision"), "high.m4a");
        await encryptor.HandleAsync(task, default);
        Assert.Single(await EncryptedAsync());

        await RunAsync(await bench.PutAsync("a.flac", Y));
        Assert.Null(await CopyAsync());
        bench.Clock.Advance(ObjectRemovalService.Retention + TimeSpan.FromSeconds(1));
        await new ObjectRemovalService(bench.Database, bench.Store, bench.Clock).SweepAsync(default);
        Assert.Empty(await EncryptedAsync());

        await RunAsync(await bench.PutAsync("a.flac", X));
        Assert.Equal(task.Revision, Assert.Single(await bench.TracksAsync()).String("Revision"));
        await encryptor.HandleAsync(task, default);
        Assert.Contains((await CopyAsync())!.String("KeyId"), Assert.Single(await EncryptedAsync()), StringComparison.Ordinal);

        // The former revision returns before it is deleted, but not the copy.
        await RunAsync(await bench.PutAsync("a.flac", Y));
        await RunAsync(await bench.PutAsync("a.flac", X));
        Assert.Null(await CopyAsync());
        bench.Clock.Advance(ObjectRemovalService.Retention + TimeSpan.FromSeconds(1));
        await new ObjectRemovalService(bench.Database, bench.Store, bench.Clock).SweepAsync(default);
        Assert.Empty(await EncryptedAsync());

        Task<Row?> CopyAsync() => bench.Database.ReadAsync(
            Schema.Current.Table("EncryptedObjects"), new Key(task.PlayableId, task.Encoding), null, default);

        Task<List<string>> EncryptedAsync() => bench.Store.ListAsync("", default).Select(found => found.Name)
            .Where(name => name.EndsWith(EncryptedAudio.Extension, StringComparison.Ordinal)).ToListAsync().AsTask();
    }

    [Fact]
    public async Task The_first_delivery_imports_the_newest_content()
    {
        var old = await bench.PutAsync("a.flac", X);
        var replaced = await bench.PutAsync("a.flac", Y);
        Assert.Equal([UploadOutcome.Imported, UploadOutcome.Unchanged], [await RunAsync(old), await RunAsync(replaced)]);
        Assert.Equal(1, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task Two_names_with_the_same_content_are_one_track()
    {
        Assert.Equal(UploadOutcome.Imported, await RunAsync(await bench.PutAsync("b/x.flac", X)));
        Assert.Equal(UploadOutcome.Duplicate, await RunAsync(await bench.PutAsync("a/x.flac", X)));
        Assert.Single(await bench.TracksAsync());
        Assert.Equal(2, (await bench.SourcesAsync()).Count);
    }

    [Fact]
    public async Task Two_concurrent_uploads_with_the_same_content_are_one_track()
    {
        var (a, b) = (await bench.PutAsync("a/x.flac", X), await bench.PutAsync("b/x.flac", X));
        var (first, releaseFirst) = await StartAsync(a);
        var (second, releaseSecond) = await StartAsync(b);
        releaseSecond.SetResult();
        Assert.Equal(UploadOutcome.Imported, (await second).Outcome);
        releaseFirst.SetResult();
        var late = await first;
        Assert.Equal((UploadOutcome.Duplicate, $"The same as {bench.PathOf("b/x.flac")}."), (late.Outcome, Assert.Single(late.Notes)));
        var track = Assert.Single(await bench.TracksAsync());
        Assert.All(await bench.SourcesAsync(), source => Assert.Equal(track.String("PlayableId"), source.PlayableId));
        Assert.Equal("duplicate", (await bench.RowAsync(a)).String("Outcome"));
    }

    [Fact]
    public async Task A_copy_uploaded_while_its_original_is_replaced_becomes_a_new_track()
    {
        await RunAsync(await bench.PutAsync("a.flac", X));
        var (replacing, release) = await StartAsync(await bench.PutAsync("a.flac", Y));
        Assert.Equal(UploadOutcome.Duplicate, await RunAsync(await bench.PutAsync("copy.flac", X)));
        release.SetResult();
        Assert.Equal(UploadOutcome.Imported, (await replacing).Outcome);

        // If the replacement had kept the track, the copy would play the replacement's audio.
        var sources = await bench.SourcesAsync();
        Assert.Equal(2, sources.Select(source => source.PlayableId).Distinct().Count());
        Assert.Equal(2, (await bench.TracksAsync()).Select(track => track.String("Revision")).Distinct().Count());
    }

    [Fact]
    public async Task A_moved_object_keeps_its_track()
    {
        await RunAsync(await bench.PutAsync("old.flac", X));
        await bench.Arrived.DeleteAsync("old.flac", default);
        var (one, two) = (await bench.PutAsync("new/1. New.flac", X), await bench.PutAsync("new/copy.flac", X));
        Assert.Equal([UploadOutcome.Updated, UploadOutcome.Duplicate], [await RunAsync(one), await RunAsync(two)]);
        Assert.Equal("New", Assert.Single(await bench.TracksAsync()).String("Name"));
        Assert.Equal(
            [bench.PathOf("new/1. New.flac"), bench.PathOf("new/copy.flac")],
            (await bench.SourcesAsync()).Select(source => source.File.Path));
        Assert.Equal(1, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task Edited_tags_change_the_track_and_encode_nothing()
    {
        await RunAsync(await bench.PutAsync("a.flac", X));
        var before = Assert.Single(await bench.TracksAsync());
        var edited = await bench.PutAsync("a.flac", UploadBench.Tagged(X, "TITLE=Edited"));
        Assert.Equal(UploadOutcome.Updated, await RunAsync(edited));

        var after = Assert.Single(await bench.TracksAsync());
        Assert.Equal((before.String("Revision"), "Edited"), (after.String("Revision"), after.String("Name")));
        Assert.Equal(1, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task A_recording_on_two_albums_is_two_tracks_and_is_encoded_once()
    {
        await bench.CompleteAsync(await bench.PutAsync("a.flac", UploadBench.Tagged(X, "ALBUM=First")));
        var encodings = bench.Encoder.Encodings;
        var second = await bench.CompleteAsync(await bench.PutAsync("b.flac", UploadBench.Tagged(X, "ALBUM=Best of")));
        Assert.Equal(UploadOutcome.Imported, second.Outcome);

        var tracks = await bench.TracksAsync();
        Assert.Equal(2, tracks.Select(track => track.String("ParentId")).Distinct().Count());
        Assert.Equal(encodings, bench.Encoder.Encodings);
        var objects = new List<List<string>>();
        foreach (var track in tracks)
        {
            objects.Add(await bench.Store.ListAsync(Prefix(track), default)
                .Select(found => $"{found.Name[Prefix(track).Length..]} {found.Size}").ToListAsync());
        }

        var lossy = QualityLadder.Rungs.Count(rung => rung.Quality != AudioQuality.Lossless);
        Assert.Equal((2 * lossy) + 1, objects[0].Count);
        Assert.Equal(objects[0], objects[1]);
    }

    [Fact]
    public async Task Sources_outside_the_bucket_are_assumed_to_exist()
    {
        await RunAsync(await bench.PutAsync("a.flac", X));
        var known = Assert.Single(await bench.SourcesAsync());
        var elsewhere = known with { File = known.File with { Path = "/music/a.flac" } };
        await bench.Database.CommitAsync([known.Delete(), elsewhere.Write()], default);
        Assert.Equal(UploadOutcome.Duplicate, await RunAsync(await bench.PutAsync("b.flac", X)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no music at all")]
    public async Task An_invalid_file_is_recorded_and_not_retried(string content)
    {
        var upload = await bench.PutAsync("a.flac", System.Text.Encoding.ASCII.GetBytes(content));
        bench.Encoder.Encoding = _ => throw new IngestException("ffmpeg: Invalid data.");
        Assert.Equal([UploadOutcome.Failed, UploadOutcome.Repeated], [await RunAsync(upload), await RunAsync(upload)]);
        var row = await bench.RowAsync(upload);
        Assert.Equal("failed", row.String("Outcome"));
        Assert.NotEmpty(row.String("Reason"));
        Assert.Empty(await bench.TracksAsync());

        bench.Encoder.Encoding = _ => Task.CompletedTask;
        Assert.Equal(UploadOutcome.Imported, await RunAsync(await bench.PutAsync("a.flac", X)));
    }

    [Fact]
    public async Task An_object_that_is_too_large_is_refused()
    {
        bench.Options = bench.Options with { MaxBytes = X.Length - 1 };
        var upload = await bench.PutAsync("a.flac", X);
        Assert.Equal(UploadOutcome.Refused, await RunAsync(upload));
        Assert.Contains("the largest that is imported has", (await bench.RowAsync(upload)).String("Reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_object_is_completed()
    {
        var upload = bench.Named("a.flac");
        Assert.Equal([UploadOutcome.Gone, UploadOutcome.Repeated], [await RunAsync(upload), await RunAsync(upload)]);
    }

    [Theory]
    [InlineData("../a.flac")]
    [InlineData("a/../../b.flac")]
    [InlineData("/etc/a.flac")]
    [InlineData("a//b.flac")]
    [InlineData("./a.flac")]
    [InlineData("a\\b.flac")]
    [InlineData("a\nb.flac")]
    [InlineData("a\0b.flac")]
    [InlineData("a\u0085b.flac")]
    [InlineData("a\u007fb.flac")]
    [InlineData("surrogate.flac")]
    [InlineData("256.flac")]
    [InlineData("ä256.flac")]
    [InlineData("1025.flac")]
    public async Task A_hostile_name_is_rejected_and_recorded(string name)
    {
        // The test runner cannot represent these names in InlineData.
        if (name == "surrogate.flac") name = "\ud800.flac";
        if (name == "256.flac") name = new string('a', 251) + ".flac";
        if (name == "ä256.flac") name = new string('ä', 126) + ".flac";
        if (name == "1025.flac") name = string.Join('/', Enumerable.Repeat(new string('a', 203), 5)) + "x.flac";
        var upload = bench.Named(name);
        var result = await bench.Instance(uploads: Mock.Of<IObjectStore>(MockBehavior.Strict)).ImportAsync(upload, default);
        Assert.Equal(UploadOutcome.Refused, result.Outcome);
        var row = await bench.RowAsync(upload);
        Assert.Equal(("refused", Assert.Single(result.Notes)), (row.String("Outcome"), row.String("Reason")));
        Assert.DoesNotContain(row.String("Name"), char.IsControl);
        Assert.Empty(bench.Leftovers);
    }

    [Theory]
    [InlineData("ünïcødé/日本語 🎵/01 Ende.flac")]
    [InlineData("..a/b..flac")]
    [InlineData("x.flac/y.flac")]
    [InlineData("a b/'c' \"d\" $e;*?.flac")]
    public async Task An_unusual_name_is_accepted(string name)
    {
        if (name.StartsWith('.')) name = "a" + name;
        Assert.Equal(UploadOutcome.Imported, await RunAsync(await bench.PutAsync(name, X)));
        Assert.Equal(bench.PathOf(name), Assert.Single(await bench.SourcesAsync()).File.Path);
    }

    [Fact]
    public async Task Another_bucket_is_rejected()
    {
        var result = await InstanceWithoutAccess().ImportAsync(bench.Named("a.flac") with { Bucket = "another" }, default);
        Assert.Equal(UploadOutcome.Refused, result.Outcome);
    }

    [Fact]
    public async Task The_folder_s_cover_is_used_even_if_it_is_uploaded_during_the_import()
    {
        var upload = await bench.PutAsync("Album/a.flac", X);
        await bench.PutAsync("Album/sub/cover.jpg", [.. Jpeg, 1]);
        await bench.PutAsync("cover.jpg", [.. Jpeg, 2]);
        var (first, release) = await StartAsync(upload);
        await bench.PutAsync("Album/Folder.PNG", [.. Jpeg, 3]);
        await bench.PutAsync("Album/Cover.JPG", Jpeg);
        release.SetResult();
        Assert.Empty((await first).Notes);
        Assert.Equal(Jpeg, Assert.Single(bench.Encoder.Pictures));
        Assert.False(Assert.Single(await bench.TracksAsync()).IsNull("ImageId"));
    }

    [Fact]
    public async Task An_invalid_cover_is_skipped()
    {
        await bench.PutAsync("Album/cover.jpg", [1, 2, 3]);
        var result = await bench.Instance().ImportAsync(await bench.PutAsync("Album/a.flac", X), default);
        Assert.Equal(
            (UploadOutcome.Imported, "A cover was skipped: cover.jpg is not a supported picture."),
            (result.Outcome, Assert.Single(result.Notes)));
    }

    [Fact]
    public async Task An_unreadable_object_fails_with_the_reason()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var result = await bench.Instance(uploads: Unreadable("a.flac")).ImportAsync(upload, default);
        Assert.Equal((UploadOutcome.Failed, "The object is stored compressed."), (result.Outcome, Assert.Single(result.Notes)));
        Assert.Equal("failed", (await bench.RowAsync(upload)).String("Outcome"));
    }

    [Fact]
    public async Task An_unreadable_cover_is_skipped()
    {
        await bench.PutAsync("Album/cover.jpg", [1, 2, 3]);
        var upload = await bench.PutAsync("Album/a.flac", X);
        var result = await bench.Instance(uploads: Unreadable("Album/cover.jpg")).ImportAsync(upload, default);
        Assert.Equal(
            (UploadOutcome.Imported, "A cover was skipped: The object is stored compressed."),
            (result.Outcome, Assert.Single(result.Notes)));
    }

    [Theory]
    [InlineData("", "/uploads", 1, "Ingest:UploadBucket is missing")]
    [InlineData("a/b", "/uploads", 1, "is not a bucket name")]
    [InlineData("a", "uploads", 1, "Ingest:Root must be an absolute path")]
    [InlineData("a", "/uploads/../scratch", 1, "Ingest:Root must be an absolute path")]
    [InlineData("a", "/uploads//scratch", 1, "Ingest:Root must be an absolute path")]
    [InlineData("a", "/uploads", 0, "Ingest:MaxBytes must be above 0")]
    [InlineData("a", "/uploads", 1, "Ingest:TryLimit must be above 0 and shorter than 00:29:50", 30)]
    [InlineData("a", "/uploads", 1, "Ingest:TryLimit must be above 0 and shorter than 00:29:50", 0)]
    [InlineData("a", "/uploads", 1, "Ingest:EncodingSpeed must be above 0", 29, 0)]
    public void Invalid_options_are_reported(
        string bucket, string root, long maxBytes, string problem, int minutes = 29, double speed = 10)
    {
        var options = new IngestOptions
        {
            UploadBucket = bucket, Root = root, MaxBytes = maxBytes, TryLimit = TimeSpan.FromMinutes(minutes), EncodingSpeed = speed,
        };
        var result = new IngestOptionsValidator().Validate(null, options);
        Assert.Contains(problem, result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/uploads/")]
    public void The_root_may_end_with_a_separator(string root) => Assert.True(
        new IngestOptionsValidator().Validate(null, new IngestOptions { UploadBucket = "a", Root = root }).Succeeded);

    private static string Prefix(Row track) => $"tracks/{track.String("PlayableId")}/{track.String("Revision")}/";

    /// <summary>Returns an instance that fails if it uses the bucket or the database.</summary>
    private UploadIngest InstanceWithoutAccess() => bench.Instance(
        uploads: Mock.Of<IObjectStore>(MockBehavior.Strict), database: Mock.Of<IDatabase>(MockBehavior.Strict));

    /// <summary>Returns a bucket with an object that cannot be read.</summary>
    private IObjectStore Unreadable(string unreadable)
    {
        var bucket = new Mock<IObjectStore>();
        bucket.Setup(b => b.FindAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string name, CancellationToken ct) => bench.Arrived.FindAsync(name, ct));
        bucket.Setup(b => b.ListAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns((string prefix, CancellationToken ct) => bench.Arrived.ListAsync(prefix, ct));
        bucket.Setup(b => b.OpenReadAsync(It.IsAny<string>(), It.IsAny<ObjectRange?>(), It.IsAny<CancellationToken>()))
            .Returns((string name, ObjectRange? range, CancellationToken ct) => name == unreadable
                ? Task.FromException<Stream>(new InvalidDataException("The object is stored compressed."))
                : bench.Arrived.OpenReadAsync(name, range, ct));
        return bucket.Object;
    }

    private static string MakePicture()
    {
        var path = Path.Combine(Path.GetTempPath(), $"spotify-{Guid.NewGuid():n}.jpg");
        string[] arguments = ["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "color=red:s=80x60", "-frames:v", "1", path];
        using var process = System.Diagnostics.Process.Start("ffmpeg", arguments)!;
        process.WaitForExit();
        return path;
    }

    private async Task<UploadOutcome> RunAsync(Upload upload) => (await bench.Instance().ImportAsync(upload, default)).Outcome;

    /// <summary>Starts an import and suspends it before the encoding.</summary>
    private async Task<(Task<UploadResult> Running, TaskCompletionSource Release)> StartAsync(
        Upload upload, UploadIngest? instance = null, CancellationToken ct = default)
    {
        var (reached, release) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        bench.Encoder.Encoding = cancel =>
        {
            bench.Encoder.Encoding = _ => Task.CompletedTask;
            reached.SetResult();
            return release.Task.WaitAsync(cancel);
        };
        var running = (instance ?? bench.Instance()).ImportAsync(upload, ct);
        await await Task.WhenAny(reached.Task, running).WaitAsync(TimeSpan.FromMinutes(1));
        return (running, release);
    }

    /// <summary>Simulates an instance that stops during an import: it loses its database connection.</summary>
    private async Task StopDuringImportAsync(Upload upload)
    {
        var database = new DisconnectableDatabase(bench.Database);
        bench.Encoder.Encoding = _ =>
        {
            database.IsLost = true;
            throw new IOException("The instance has stopped.");
        };
        await Assert.ThrowsAsync<IOException>(() => bench.Instance(database: database).ImportAsync(upload, default));
        bench.Encoder.Encoding = _ => Task.CompletedTask;
    }
}
