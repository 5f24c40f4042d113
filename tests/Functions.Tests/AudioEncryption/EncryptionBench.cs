using System.Security.Cryptography;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.ObjectRemovals;
using Spotify.Licensing;
using Spotify.Local.Database;
using Spotify.Local.Objects;

namespace Spotify.Functions.Tests.AudioEncryption;

/// <summary>A catalog with plain objects, and any number of function instances that encrypt them.</summary>
internal sealed class EncryptionBench : IDisposable
{
    /// <summary>The first revision of every item.</summary>
    public const string FirstRevision = "1111111111111111111111";

    /// <summary>The revision after <see cref="FirstRevision"/>.</summary>
    public const string SecondRevision = "2222222222222222222222";

    private static readonly Statement AllCopies = new(
        $"SELECT EncryptedObjects.PlayableId, {EncryptedObject.Columns} FROM EncryptedObjects ORDER BY PlayableId, EncryptedEncoding");

    private static readonly Statement AllRemovals = new("SELECT Prefix FROM ObjectRemovals ORDER BY Prefix");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    private EncryptionBench()
    {
        Database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);
        Store = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        Removals = new ObjectRemovalService(Database, Store, Clock);
        Keys.Setup(keys => keys.OpenAsync(It.IsAny<CancellationToken>())).Returns(() => ValueTask.FromResult(Ring));
    }

    public SqliteDatabase Database { get; }

    public DirectoryObjectStore Store { get; }

    public ManualTimeProvider Clock { get; } = new();

    public ObjectRemovalService Removals { get; }

    public Mock<IMasterKeys> Keys { get; } = new();

    public MasterKeyRing Ring { get; set; } = new("m1", [new("m1", RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength))]);

    /// <summary>The track's plain object.</summary>
    public byte[] Plain { get; } = RandomNumberGenerator.GetBytes(200_000);

    /// <summary>The task for the track's encoding.</summary>
    public static EncryptionTask HighTask { get; } = new(TestCatalog.Dawn.Id, FirstRevision, "high.ogg");

    /// <summary>Creates a catalog in which a track has an encoding.</summary>
    public static async Task<EncryptionBench> CreateAsync()
    {
        var bench = new EncryptionBench();
        await bench.Database.CommitAsync([.. TestCatalog.Mutations], default);
        await bench.PublishAsync(TestCatalog.Dawn, FirstRevision, bench.Plain);
        return bench;
    }

    /// <summary>Returns an instance of the function.</summary>
    public AudioEncryptor Instance(IObjectStore? store = null, IDatabase? database = null) =>
        new(database ?? Database, store ?? Store, Keys.Object, Clock);

    /// <summary>Returns the object store with a step after each write.</summary>
    public IObjectStore StoreWith(Func<Task> afterWrite)
    {
        var store = new Mock<IObjectStore>();
        store.Setup(s => s.FindAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(Store.FindAsync);
        store.Setup(s => s.OpenReadAsync(It.IsAny<string>(), It.IsAny<ObjectRange?>(), It.IsAny<CancellationToken>()))
            .Returns(Store.OpenReadAsync);
        store.Setup(s => s.DeleteAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns(Store.DeleteAsync);
        store.Setup(s => s.WriteAsync(
                It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<WriteOptions>(), It.IsAny<CancellationToken>()))
            .Returns(async (string name, Stream content, WriteOptions options, CancellationToken ct) =>
            {
                await Store.WriteAsync(name, content, options, ct);
                await afterWrite();
            });
        return store.Object;
    }

    /// <summary>Gives an item a revision with one encoding.</summary>
    public async Task PublishAsync(Playable item, string revision, byte[] content)
    {
        var name = $"{SpotifyUri.WireName(item.Type)}s/{item.Id}/{revision}/high.ogg";
        await Store.WriteAsync(name, new MemoryStream(content), new WriteOptions("audio/ogg"), default);
        var encoding = new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, content.Length);
        await Database.CommitAsync([CatalogWriter.WriteAudio(item.Id, revision, EncodingList.Format([encoding]), 0, null)], default);
    }

    public Task<List<EncryptedObject>> CopiesAsync() =>
        Database.QueryAsync(AllCopies, Parameters.None, null, default).Select(row => EncryptedObject.FromRow(row)!).ToListAsync().AsTask();

    /// <summary>Returns the only copy.</summary>
    public async Task<EncryptedObject> CopyAsync() => Assert.Single(await CopiesAsync());

    /// <summary>Returns the prefixes of scheduled removals.</summary>
    public Task<List<string>> RemovalsAsync() =>
        Database.QueryAsync(AllRemovals, Parameters.None, null, default).Select(row => row.String("Prefix")).ToListAsync().AsTask();

    /// <summary>Returns the names of all encrypted objects.</summary>
    public Task<List<string>> ObjectsAsync() => Store.ListAsync("", default).Select(found => found.Name)
        .Where(name => name.EndsWith(EncryptedAudio.Extension, StringComparison.Ordinal)).ToListAsync().AsTask();

    /// <summary>Decrypts a copy.</summary>
    public async Task<byte[]> DecryptAsync(EncryptedObject copy, EntityType type = EntityType.Track)
    {
        var name = copy.ObjectName(type);
        using var stored = new MemoryStream();
        await using (var content = await Store.OpenReadAsync(name, null, default)) await content.CopyToAsync(stored);
        using var cipher = new ChunkCipher(ContentKey.Unwrap(copy.WrappedKey, name, Ring), name, copy.SizeBytes);
        return cipher.DecryptRange(stored.ToArray(), 0, (int)copy.SizeBytes);
    }

    public void Dispose()
    {
        Database.Dispose();
        directory.Delete(recursive: true);
    }
}
