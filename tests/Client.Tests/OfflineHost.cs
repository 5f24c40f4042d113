using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;

namespace Spotify.Client.Tests;

/// <summary>
/// A host with the audio of some tracks of <see cref="TestCatalog"/>, all but one of them encrypted. The master keys are unavailable while
/// the file <see cref="KeysDown"/> exists.
/// </summary>
public sealed class OfflineHost : IAsyncLifetime
{
    private const string Revision = "0123456789abcdefghijkl";
    private const string Encoding = "high.ogg";

    /// <summary>The tracks that are encrypted.</summary>
    public static readonly Playable[] Encrypted = [TestCatalog.Duet, TestCatalog.Swedish, TestCatalog.Dawn];

    /// <summary>An episode that is encrypted when it is first asked for.</summary>
    public static readonly Playable Pending = TestCatalog.Pilot;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("offline-");

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The file whose existence makes the master keys unavailable.</summary>
    public string KeysDown => Path.Combine(directory.FullName, "keys-down");

    /// <summary>The sizes and hashes of the audio, by URI.</summary>
    public Dictionary<string, (int Size, string Sha256)> Audio { get; } = [];

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IMasterKeys>(new InterruptedKeys(KeysDown)));
        await Server.WriteAsync(TestCatalog.Mutations);
        // One chunk, exactly two, and many.
        await WriteAsync(TestCatalog.Duet, 1_000);
        await WriteAsync(TestCatalog.Swedish, 2 * 65_536);
        await WriteAsync(TestCatalog.Dawn, 1_000_003);
        await WriteAsync(Pending, 300_000);
        var encryptor = Server.Services.GetRequiredService<AudioEncryptor>();
        foreach (var track in Encrypted) await encryptor.HandleAsync(new EncryptionTask(track.Id, Revision, Encoding), default);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        directory.Delete(recursive: true);
    }

    /// <summary>Returns the URI of an item.</summary>
    public static string UriOf(Playable item) => new SpotifyUri(item.Type, item.Id).ToString();

    private async Task WriteAsync(Playable item, int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var name = $"{SpotifyUri.WireName(item.Type)}s/{item.Id}/{Revision}/{Encoding}";
        var objects = Server.Services.GetRequiredService<IObjectStore>();
        await objects.WriteAsync(name, new MemoryStream(content), new WriteOptions("audio/ogg"), default);
        var encodings = EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, size)]);
        await Server.WriteAsync(CatalogWriter.WriteAudio(item.Id, Revision, encodings, -6, null));
        Audio[UriOf(item)] = (size, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Master keys that are unavailable while a file exists.</summary>
    private sealed class InterruptedKeys(string file) : IMasterKeys
    {
        private readonly MasterKeyRing ring =
            new("test", [KeyValuePair.Create("test", RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength))]);

        public ValueTask<MasterKeyRing> OpenAsync(CancellationToken ct) =>
            File.Exists(file) ? throw new MasterKeysUnavailableException("The key service is down.") : new(ring);
    }
}
