using System.Security.Cryptography;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.ObjectRemovals;
using Spotify.Licensing;
using static Spotify.Functions.Tests.AudioEncryption.EncryptionBench;

namespace Spotify.Functions.Tests.AudioEncryption;

public sealed class AudioEncryptorTests : IAsyncLifetime
{
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private EncryptionBench bench = null!;

    public async Task InitializeAsync() => bench = await EncryptionBench.CreateAsync();

    public Task DisposeAsync()
    {
        bench.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_copy_is_beside_the_plain_object_and_decrypts_to_it()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        var copy = await bench.CopyAsync();
        Assert.Equal((HighTask.PlayableId, HighTask.Encoding, FirstRevision), (copy.PlayableId, copy.Encoding, copy.Revision));
        Assert.Equal(bench.Plain.Length, copy.SizeBytes);
        var name = $"tracks/{HighTask.PlayableId}/{FirstRevision}/high.ogg.{copy.KeyId}.enc";
        Assert.Equal([name], await bench.ObjectsAsync());
        Assert.Equal(EncryptedAudio.Length(bench.Plain.Length), (await bench.Store.FindAsync(name, default))!.Size);
        Assert.Equal(bench.Plain, await bench.DecryptAsync(copy));
        Assert.Empty(await bench.RemovalsAsync());
    }

    [Theory]
    [InlineData(EntityType.Episode)]
    [InlineData(EntityType.Chapter)]
    public async Task Episodes_and_chapters_have_copies(EntityType type)
    {
        var item = type == EntityType.Episode ? TestCatalog.Pilot : TestCatalog.Chapter;
        await bench.PublishAsync(item, FirstRevision, [1, 2, 3]);
        await bench.Instance().HandleAsync(HighTask with { PlayableId = item.Id }, default);
        var copy = await bench.CopyAsync();
        Assert.StartsWith($"{SpotifyUri.WireName(type)}s/{item.Id}/", Assert.Single(await bench.ObjectsAsync()), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], await bench.DecryptAsync(copy, type));
    }

    [Fact]
    public async Task A_repeated_task_writes_nothing()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        var copy = await bench.CopyAsync();
        await bench.Instance().HandleAsync(HighTask, default);
        Assert.Equal(copy.KeyId, (await bench.CopyAsync()).KeyId);
        Assert.Single(await bench.ObjectsAsync());
    }

    [Fact]
    public async Task A_copy_whose_master_key_was_removed_is_replaced_and_deleted_later()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        var lost = (await bench.CopyAsync()).ObjectName(EntityType.Track);
        bench.Ring = new MasterKeyRing("m2", [new("m2", RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength))]);
        await bench.Instance().HandleAsync(HighTask, default);
        var copy = await bench.CopyAsync();
        Assert.Equal(("m2", 2), (copy.WrappedKey.MasterKeyId, (await bench.ObjectsAsync()).Count));
        Assert.Equal(bench.Plain, await bench.DecryptAsync(copy));
        Assert.Equal([lost], await bench.RemovalsAsync());

        bench.Clock.Advance(ObjectRemovalService.Retention + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await bench.Removals.SweepAsync(default));
        Assert.Equal([copy.ObjectName(EntityType.Track)], await bench.ObjectsAsync());
    }

    [Fact]
    public async Task Of_several_instances_one_writes_the_row_and_the_others_delete_their_objects()
    {
        const int instances = 4;
        using var allWritten = new Barrier(instances);
        var store = bench.StoreWith(() => Task.Run(() => allWritten.SignalAndWait()));
        await Task.WhenAll(Enumerable.Range(0, instances)
            .Select(_ => Task.Run(() => bench.Instance(store).HandleAsync(HighTask, default))));
        var copy = await bench.CopyAsync();
        Assert.Equal([copy.ObjectName(EntityType.Track)], await bench.ObjectsAsync());
        Assert.Equal(bench.Plain, await bench.DecryptAsync(copy));
        Assert.Empty(await bench.RemovalsAsync());
    }

    [Fact]
    public async Task An_object_that_was_written_before_a_crash_is_deleted_after_a_day_and_the_task_is_repeated()
    {
        var crashing = bench.StoreWith(() => throw new IOException("crash"));
        await Assert.ThrowsAsync<IOException>(() => bench.Instance(crashing).HandleAsync(HighTask, default));
        Assert.Empty(await bench.CopiesAsync());
        var orphan = Assert.Single(await bench.ObjectsAsync());
        Assert.Equal([orphan], await bench.RemovalsAsync());

        await bench.Instance().HandleAsync(HighTask, default);
        Assert.Equal(2, (await bench.ObjectsAsync()).Count);
        Assert.Equal(0, await bench.Removals.SweepAsync(default));
        bench.Clock.Advance(ObjectRemovalService.Reservation);
        Assert.Equal(1, await bench.Removals.SweepAsync(default));
        Assert.Equal([(await bench.CopyAsync()).ObjectName(EntityType.Track)], await bench.ObjectsAsync());
        Assert.Empty(await bench.RemovalsAsync());
    }

    [Fact]
    public async Task A_commit_whose_outcome_is_unknown_keeps_the_object()
    {
        var database = new Mock<IDatabase>();
        database.Setup(d => d.QueryAsync(
                It.IsAny<Statement>(), It.IsAny<Parameters>(), It.IsAny<Staleness?>(), It.IsAny<CancellationToken>()))
            .Returns(bench.Database.QueryAsync);
        database.Setup(d => d.CommitAsync(It.IsAny<IReadOnlyList<Mutation>>(), It.IsAny<CancellationToken>()))
            .Returns(bench.Database.CommitAsync);
        database.Setup(d => d.TransactAsync(It.IsAny<Func<ITransaction, Task<bool>>>(), It.IsAny<CancellationToken>()))
            .Returns(async (Func<ITransaction, Task<bool>> body, CancellationToken ct) =>
            {
                await bench.Database.TransactAsync(body, ct);
                throw new IOException("The connection was lost.");
            });
        await Assert.ThrowsAsync<IOException>(() => bench.Instance(database: database.Object).HandleAsync(HighTask, default));
        await bench.Instance().HandleAsync(HighTask, default);
        bench.Clock.Advance(2 * ObjectRemovalService.Reservation);
        Assert.Equal(0, await bench.Removals.SweepAsync(default));
        Assert.Equal(bench.Plain, await bench.DecryptAsync(await bench.CopyAsync()));
    }

    [Fact]
    public async Task A_copy_of_a_revision_that_was_replaced_meanwhile_is_deleted()
    {
        var store = bench.StoreWith(() => bench.PublishAsync(TestCatalog.Dawn, SecondRevision, [9]));
        await bench.Instance(store).HandleAsync(HighTask, default);
        await AssertNothingRemainsAsync();
        await bench.Instance().HandleAsync(HighTask, default);
        await AssertNothingRemainsAsync();
        await bench.Instance().HandleAsync(HighTask with { Revision = SecondRevision }, default);
        Assert.Equal([9], await bench.DecryptAsync(await bench.CopyAsync()));
    }

    [Fact]
    public async Task A_copy_of_a_track_that_was_removed_meanwhile_is_deleted()
    {
        var store = bench.StoreWith(() => bench.Database.CommitAsync([Mutation.Delete(Playables, new Key(HighTask.PlayableId))], default));
        await bench.Instance(store).HandleAsync(HighTask, default);
        await AssertNothingRemainsAsync();
        await bench.Instance().HandleAsync(HighTask, default);
        await AssertNothingRemainsAsync();
    }

    [Fact]
    public async Task An_attempt_that_takes_longer_than_its_reservation_does_not_write_the_row()
    {
        var store = bench.StoreWith(() =>
        {
            bench.Clock.Advance(ObjectRemovalService.Reservation);
            return Task.CompletedTask;
        });
        await bench.Instance(store).HandleAsync(HighTask, default);
        await AssertNothingRemainsAsync();
    }

    [Fact]
    public async Task A_new_revision_replaces_the_copy_and_the_old_one_is_deleted_although_the_track_gets_the_old_revision_again()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        var first = (await bench.CopyAsync()).ObjectName(EntityType.Track);
        await bench.PublishAsync(TestCatalog.Dawn, SecondRevision, [9]);
        await bench.Instance().HandleAsync(HighTask with { Revision = SecondRevision }, default);
        Assert.Equal([first], await bench.RemovalsAsync());
        await bench.PublishAsync(TestCatalog.Dawn, FirstRevision, bench.Plain);
        await bench.Instance().HandleAsync(HighTask, default);
        var second = $"tracks/{HighTask.PlayableId}/{SecondRevision}/";

        bench.Clock.Advance(ObjectRemovalService.Retention - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await bench.Removals.SweepAsync(default));
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, await bench.Removals.SweepAsync(default));
        var copy = await bench.CopyAsync();
        Assert.Equal([copy.ObjectName(EntityType.Track)], await bench.ObjectsAsync());
        Assert.NotEqual(first, copy.ObjectName(EntityType.Track));
        Assert.NotNull(await bench.Store.FindAsync(second + "high.ogg", default));
    }

    [Fact]
    public async Task The_removal_of_a_revision_deletes_its_copies()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        await bench.PublishAsync(TestCatalog.Dawn, SecondRevision, [9]);
        var prefix = Revision.Prefix(HighTask.PlayableId, FirstRevision);
        await bench.Database.CommitAsync([ObjectRemovalService.Removal(prefix, bench.Clock.GetUtcNow())], default);
        Assert.Equal(2, await bench.Removals.SweepAsync(default));
        Assert.Empty(await bench.ObjectsAsync());
    }

    [Fact]
    public async Task The_copy_of_a_row_is_never_deleted_alone()
    {
        await bench.Instance().HandleAsync(HighTask, default);
        var name = (await bench.CopyAsync()).ObjectName(EntityType.Track);
        var other = EncryptedAudio.ObjectName(name[..name.IndexOf(".ogg", StringComparison.Ordinal)] + ".ogg", SpotifyId.New());
        await bench.Store.WriteAsync(other, new MemoryStream([1]), new WriteOptions(EncryptedObject.ContentType), default);
        var now = bench.Clock.GetUtcNow();
        await bench.Database.CommitAsync(
            [ObjectRemovalService.Removal(name, now), ObjectRemovalService.Removal(other, now)], default);
        Assert.Equal(1, await bench.Removals.SweepAsync(default));
        Assert.Equal([name], await bench.ObjectsAsync());
        Assert.Empty(await bench.RemovalsAsync());
    }

    [Fact]
    public async Task Without_master_keys_or_without_the_plain_object_nothing_is_written()
    {
        bench.Keys.Setup(keys => keys.OpenAsync(It.IsAny<CancellationToken>())).Throws(new MasterKeysUnavailableException("down"));
        await Assert.ThrowsAsync<MasterKeysUnavailableException>(() => bench.Instance().HandleAsync(HighTask, default));
        await AssertNothingRemainsAsync();

        bench.Keys.Setup(keys => keys.OpenAsync(It.IsAny<CancellationToken>())).Returns(ValueTask.FromResult(bench.Ring));
        await bench.Store.DeleteAsync($"tracks/{HighTask.PlayableId}/{FirstRevision}/high.ogg", default);
        await Assert.ThrowsAsync<FileNotFoundException>(() => bench.Instance().HandleAsync(HighTask, default));
        await AssertNothingRemainsAsync();
    }

    [Fact]
    public async Task Tasks_for_unknown_tracks_and_encodings_do_nothing()
    {
        await bench.Instance().HandleAsync(HighTask with { PlayableId = SpotifyId.New() }, default);
        await bench.Instance().HandleAsync(HighTask with { PlayableId = TestCatalog.Duet.Id }, default);
        await bench.Instance().HandleAsync(HighTask with { Encoding = "../high.ogg" }, default);
        await AssertNothingRemainsAsync();
    }

    [Fact]
    public async Task Native_flac_that_was_stored_is_encrypted_as_it_is()
    {
        // The size in the catalog is that of a remux.
        var encoding = new AudioEncoding(Codec.NativeFlac, AudioQuality.Lossless, 1411, 100);
        await bench.Database.CommitAsync(
            [CatalogWriter.WriteAudio(HighTask.PlayableId, FirstRevision, EncodingList.Format([encoding]), 0, null)], default);
        await bench.Store.WriteAsync(
            $"tracks/{HighTask.PlayableId}/{FirstRevision}/lossless.flac", new MemoryStream(bench.Plain), new WriteOptions("audio/flac"),
            default);
        await bench.Instance().HandleAsync(HighTask with { Encoding = "lossless.flac" }, default);
        Assert.Equal(bench.Plain, await bench.DecryptAsync(await bench.CopyAsync()));
    }

    [Fact]
    public async Task A_large_object_is_encrypted_while_it_is_read()
    {
        const long size = 60 << 20;
        var name = $"tracks/{HighTask.PlayableId}/{FirstRevision}/lossless.m4a";
        var encoding = new AudioEncoding(Codec.Flac, AudioQuality.Lossless, 1411, size);
        await bench.Database.CommitAsync(
            [CatalogWriter.WriteAudio(HighTask.PlayableId, FirstRevision, EncodingList.Format([encoding]), 0, null)], default);
        var (plain, written, ahead) = (new ZeroStream(size), 0L, 0L);
        var store = new Mock<IObjectStore>();
        store.Setup(s => s.FindAsync(name, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new StoredObject(name, size, bench.Clock.GetUtcNow()));
        store.Setup(s => s.OpenReadAsync(name, null, It.IsAny<CancellationToken>())).ReturnsAsync(plain);
        store.Setup(s => s.WriteAsync(
                It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<WriteOptions>(), It.IsAny<CancellationToken>()))
            .Returns(async (string _, Stream content, WriteOptions options, CancellationToken ct) =>
            {
                Assert.Equal((EncryptedObject.ContentType, true), (options.ContentType, options.Immutable));
                Assert.Equal(EncryptedAudio.Length(size), content.Length);
                var buffer = new byte[1 << 20];
                for (int read; (read = await content.ReadAsync(buffer, ct)) > 0;)
                {
                    written += read;
                    ahead = Math.Max(ahead, plain.Read - written);
                }
            });

        await bench.Instance(store.Object).HandleAsync(HighTask with { Encoding = "lossless.m4a" }, default);
        Assert.Equal(EncryptedAudio.Length(size), written);
        Assert.InRange(ahead, 0, EncryptedAudio.ChunkSize);
        Assert.Equal(size, (await bench.CopyAsync()).SizeBytes);
    }

    private async Task AssertNothingRemainsAsync()
    {
        Assert.Empty(await bench.CopiesAsync());
        Assert.Empty(await bench.ObjectsAsync());
        Assert.Empty(await bench.RemovalsAsync());
    }

    /// <summary>A stream of zeros that counts the bytes read.</summary>
    private sealed class ZeroStream(long size) : MemoryStream
    {
        public new long Read { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, size - Read);
            buffer.Span[..count].Clear();
            Read += count;
            return ValueTask.FromResult(count);
        }
    }
}
