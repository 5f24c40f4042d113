using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;

namespace Spotify.Functions.Tests.AudioIngest;

/// <summary>The tasks that encode the qualities of an upload, one each.</summary>
public sealed class UploadLadderTests : IDisposable
{
    private static readonly byte[] X = UploadBench.Flac(1);
    private static readonly byte[] Y = UploadBench.Flac(2);
    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Rung High = QualityLadder.Find(AudioQuality.High, Codec.Vorbis)!;
    private static readonly Rung Low = QualityLadder.Find(AudioQuality.Low, Codec.Vorbis)!;

    private readonly UploadBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_track_is_published_with_one_quality_and_each_other_one_has_a_task()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        Assert.Equal(["high.m4a"], await EncodingsAsync());
        var tasks = bench.Queue.TakeAll();
        Assert.Equal(
            ["high.ogg", "low.m4a", "low.ogg", "normal.m4a", "normal.ogg", "very_high.m4a", "very_high.ogg"],
            tasks.Select(task => task.Encoding).Order(StringComparer.Ordinal));
        foreach (var task in tasks) await bench.Instance().HandleAsync(task, default);
        Assert.Equal(8, (await EncodingsAsync()).Count);
        Assert.Equal(8, bench.Encoder.Encodings);
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task Features_are_extracted_once_and_a_track_without_them_gets_a_task()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await bench.CompleteAsync(upload);
        var track = (await bench.TracksAsync()).Single().String("PlayableId");
        Assert.Contains(track, await AudioFeatureRows.FindAsync(bench.Database, [track], default));
        Assert.DoesNotContain(bench.Queue.Names, name => name.EndsWith(UploadTask.Features, StringComparison.Ordinal));
        var encodings = bench.Encoder.Encodings;

        // The same object again, after an import by a version without features.
        await bench.Database.CommitAsync([AudioFeatureRows.Delete(track)], default);
        var again = await bench.PutAsync("a.flac", X);
        Assert.Equal(UploadOutcome.Unchanged, await ImportAsync(again));
        var task = Assert.Single(bench.Queue.TakeAll());
        Assert.Equal(UploadTask.Features, task.Encoding);
        await bench.Instance().HandleAsync(task, default);
        Assert.Contains(track, await AudioFeatureRows.FindAsync(bench.Database, [track], default));
        Assert.Equal(encodings + 1, bench.Encoder.Encodings);
        await bench.Instance().HandleAsync(task, default);
        Assert.Equal(encodings + 1, bench.Encoder.Encodings);
        Assert.Empty(bench.Leftovers);
    }

    [Fact]
    public async Task A_repeated_task_does_nothing()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        Assert.Equal([UploadOutcome.Encoded, UploadOutcome.Repeated], [await EncodeAsync(upload, High), await EncodeAsync(upload, High)]);
        Assert.Equal(2, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task Tasks_that_run_at_the_same_time_add_both_of_their_qualities()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        var first = await EncodeAsync(upload, High, async () => Assert.Equal(UploadOutcome.Encoded, await EncodeAsync(upload, Low)));
        Assert.Equal(UploadOutcome.Encoded, first);
        Assert.Equal(["low.ogg", "high.ogg", "high.m4a"], await EncodingsAsync());
    }

    [Fact]
    public async Task A_repeated_import_adds_the_tasks_that_the_first_one_could_not_add()
    {
        var upload = await bench.PutAsync("a.flac", X);
        bench.Queue.IsDown = true;
        await Assert.ThrowsAsync<IOException>(() => ImportAsync(upload));
        bench.Queue.IsDown = false;
        Assert.Equal(UploadOutcome.Encoded, await EncodeAsync(upload, High));
        Assert.Equal(UploadOutcome.Repeated, await ImportAsync(upload));
        Assert.Equal(6, bench.Queue.Names.Count);
        Assert.Equal(UploadOutcome.Repeated, await ImportAsync(upload));
        Assert.Equal(6, bench.Queue.Names.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_task_of_a_replaced_upload_does_nothing(bool isImported)
    {
        var old = await bench.PutAsync("a.flac", X);
        await ImportAsync(old);
        var replaced = await bench.PutAsync("a.flac", Y);
        if (isImported) await ImportAsync(replaced);
        var encodings = bench.Encoder.Encodings;
        Assert.Equal(UploadOutcome.Replaced, await EncodeAsync(old, High));
        Assert.Equal(encodings, bench.Encoder.Encodings);
        Assert.Equal(["high.m4a"], await EncodingsAsync());
    }

    [Fact]
    public async Task An_upload_that_is_replaced_during_the_encoding_keeps_the_new_audio()
    {
        var old = await bench.PutAsync("a.flac", X);
        await ImportAsync(old);
        var outcome = await EncodeAsync(old, High, async () => await ImportAsync(await bench.PutAsync("a.flac", Y)));
        Assert.Equal(UploadOutcome.Replaced, outcome);
        Assert.Equal(["high.m4a"], await EncodingsAsync());
    }

    [Fact]
    public async Task A_track_that_is_deleted_during_the_encoding_stays_deleted()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        var removal = new TrackRemoval(bench.Database, bench.Clock);
        var outcome = await EncodeAsync(
            upload, High, async () => Assert.True(await removal.RunAsync(Assert.Single(await bench.SourcesAsync()), default)));
        Assert.Equal(UploadOutcome.Replaced, outcome);
        Assert.Empty(await bench.TracksAsync());
        Assert.Equal(UploadOutcome.Repeated, await EncodeAsync(upload, High));
    }

    [Fact]
    public async Task The_task_of_a_deleted_object_does_nothing()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        await bench.Arrived.DeleteAsync("a.flac", default);
        Assert.Equal(UploadOutcome.Gone, await EncodeAsync(upload, High));
    }

    [Fact]
    public async Task A_quality_that_cannot_be_encoded_fails_and_the_others_stay()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        bench.Encoder.Encoding = _ => throw new IngestException("ffmpeg: Invalid data.");
        var result = await bench.Instance().EncodeAsync(upload, High, default);
        Assert.Equal((UploadOutcome.Failed, "high.ogg: ffmpeg: Invalid data."), (result.Outcome, Assert.Single(result.Notes)));
        Assert.Equal(["high.m4a"], await EncodingsAsync());
    }

    [Fact]
    public async Task A_quality_is_encoded_again_after_a_transient_error()
    {
        var upload = await bench.PutAsync("a.flac", X);
        await ImportAsync(upload);
        bench.Encoder.Encoding = _ => throw new IngestException("ffmpeg: No space left on device.") { IsTransient = true };
        await Assert.ThrowsAsync<IngestException>(() => EncodeAsync(upload, High));
        bench.Encoder.Encoding = _ => Task.CompletedTask;
        Assert.Equal(UploadOutcome.Encoded, await EncodeAsync(upload, High));
    }

    [Fact]
    public async Task Edited_tags_leave_the_missing_qualities_to_the_new_version()
    {
        var old = await bench.PutAsync("a.flac", X);
        await ImportAsync(old);
        bench.Queue.TakeAll();
        var edited = await bench.PutAsync("a.flac", UploadBench.Tagged(X, "TITLE=Edited"));
        Assert.Equal(UploadOutcome.Updated, (await bench.CompleteAsync(edited)).Outcome);
        Assert.Equal(8, (await EncodingsAsync()).Count);
        Assert.Equal(8, bench.Encoder.Encodings);
    }

    [Fact]
    public async Task A_task_for_an_unknown_quality_is_poison() => await Assert.ThrowsAsync<PoisonMessageException>(
        () => bench.Instance().HandleAsync(new UploadTask(UploadBench.Bucket, "a.flac", 1, "best.ogg"), default));

    [Fact]
    public async Task An_import_that_another_worker_does_is_repeated()
    {
        var upload = await bench.PutAsync("a.flac", X);
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        bench.Encoder.Encoding = _ =>
        {
            reached.SetResult();
            return release.Task;
        };
        var first = bench.Instance().ImportAsync(upload, default);
        await reached.Task;
        var task = new UploadTask(upload.Bucket, upload.Name, upload.Generation);
        var busy = await Assert.ThrowsAsync<IngestException>(() => bench.Instance().HandleAsync(task, default));
        Assert.True(busy.IsTransient);
        release.SetResult();
        await first;
    }

    [Theory]
    [InlineData(290.1, null, true)]
    [InlineData(289.9, null, false)]
    [InlineData(null, 290.1, true)]
    [InlineData(null, 289.9, false)]
    [InlineData(null, null, false)]
    [InlineData(289.9, 500.0, false)]
    public async Task Audio_that_takes_longer_than_a_task_is_refused_before_it_is_encoded(
        double? declaredMinutes, double? estimatedMinutes, bool isRefused)
    {
        bench.Encoder.Declared = declaredMinutes is { } declared ? TimeSpan.FromMinutes(declared) : null;
        bench.Encoder.Estimate = estimatedMinutes is { } estimate ? TimeSpan.FromMinutes(estimate) : null;
        var encodings = 0;
        bench.Encoder.Encoding = _ =>
        {
            encodings++;
            throw new IngestException("Encoding.");
        };
        var upload = await bench.PutAsync("a.flac", X);
        var result = await bench.Instance().ImportAsync(upload, default);
        Assert.Equal((isRefused ? UploadOutcome.Refused : UploadOutcome.Failed, isRefused ? 0 : 1), (result.Outcome, encodings));
        if (!isRefused) return;
        const string Reason =
            "The audio lasts 4.8 hours; the longest that can be encoded in the time of a task lasts 4.8 hours. Upload it in parts.";
        Assert.Equal(("refused", Reason), ((await bench.RowAsync(upload)).String("Outcome"), Assert.Single(result.Notes)));
        Assert.Empty(bench.Queue.Names);
        Assert.Equal(UploadOutcome.Repeated, await ImportAsync(upload));
    }

    private async Task<UploadOutcome> ImportAsync(Upload upload) => (await bench.Instance().ImportAsync(upload, default)).Outcome;

    private async Task<UploadOutcome> EncodeAsync(Upload upload, Rung rung) =>
        (await bench.Instance().EncodeAsync(upload, rung, default)).Outcome;

    private async Task<IReadOnlyList<string>> EncodingsAsync()
    {
        var id = Assert.Single(await bench.TracksAsync()).String("PlayableId");
        var row = (await bench.Database.ReadAsync(Playables, new Key(id), null, default))!;
        return [.. EncodingList.Parse(row.String("Encodings")).Select(encoding => encoding.FileName)];
    }

    /// <summary>Runs a task, and something else between its encoding and its transaction.</summary>
    private async Task<UploadOutcome> EncodeAsync(Upload upload, Rung rung, Func<Task> meanwhile)
    {
        var database = new DisconnectableDatabase(bench.Database) { Transacting = meanwhile };
        return (await bench.Instance(database: database).EncodeAsync(upload, rung, default)).Outcome;
    }
}
