using System.Collections.Concurrent;
using System.Security.Cryptography;
using Spotify.Audio.Tags;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>Pictures as they are served: <c>images/{id}/{size}.jpg</c>, the id being a hash of the picture they were made of.</summary>
public sealed class CoverImages(IObjectStore store, IMediaEncoder encoder)
{
    // An album's tracks bring the same picture one after the other.
    private readonly ConcurrentDictionary<string, bool> stored = new(StringComparer.Ordinal);

    /// <summary>Stores a picture in every size, unless it is there.</summary>
    /// <param name="directory">An empty directory to work in.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="IngestException">It cannot be decoded.</exception>
    public async Task<string> StoreAsync(EmbeddedPicture picture, string directory, CancellationToken ct)
    {
        var id = SpotifyId.FromHash(SHA256.HashData(picture.Bytes.Span));
        if (stored.ContainsKey(id)) return id;
        if (!await IsStoredAsync(id, ct))
        {
            await encoder.ScaleAsync(picture.Bytes, picture.MimeType, ImageNames.Sizes, directory, ct);
            foreach (var size in ImageNames.Sizes)
            {
                await using var file = File.OpenRead(Path.Combine(directory, ImageNames.FileName(size)));
                await store.WriteAsync(ImageNames.Of(id, size), file, new WriteOptions("image/jpeg", OnlyIfAbsent: true), ct);
            }
        }

        stored.TryAdd(id, true);
        return id;
    }

    private async Task<bool> IsStoredAsync(string id, CancellationToken ct)
    {
        foreach (var size in ImageNames.Sizes)
            if (await store.FindAsync(ImageNames.Of(id, size), ct) is null) return false;
        return true;
    }
}
