using System.Collections.Concurrent;
using System.Security.Cryptography;
using Spotify.Audio.Tags;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The store of covers, scaled to every size, as <c>images/{id}/{size}.jpg</c>. The id is a hash of the original picture.
/// </summary>
public sealed class CoverImages(IObjectStore store, IMediaEncoder encoder)
{
    // Cached because the tracks of an album usually have the same picture.
    private readonly ConcurrentDictionary<string, bool> stored = new(StringComparer.Ordinal);

    /// <summary>Stores a picture in every size, unless it is already stored.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="directory">An empty directory for temporary files.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <returns>The image id.</returns>
    /// <exception cref="IngestException">The picture cannot be decoded.</exception>
    public async Task<string> StoreAsync(EmbeddedPicture picture, string directory, CancellationToken ct)
    {
        var id = SpotifyId.FromHash(SHA256.HashData(picture.Bytes.Span));
        if (stored.ContainsKey(id)) return id;
        if (!await IsStoredAsync(id, ct))
        {
            await encoder.ScaleAsync(picture.Bytes, picture.MimeType, ImageNames.Sizes, directory, ct);
            var options = new WriteOptions("image/jpeg", OnlyIfAbsent: true, Immutable: true);
            foreach (var size in ImageNames.Sizes)
            {
                await using var file = File.OpenRead(Path.Combine(directory, ImageNames.FileName(size)));
                await store.WriteAsync(ImageNames.Of(id, size), file, options, ct);
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
