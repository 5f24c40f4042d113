using Spotify.Audio;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Playback;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.NativeFlac;

/// <summary>
/// A service that remuxes the lossless encoding of a track from MP4 to native FLAC, without encoding again. The result is an object beside
/// the others of the revision, so that a CDN serves it under a signed URL, and it is removed together with them.
/// </summary>
public sealed class NativeFlacService(IDatabase database, IObjectStore store)
{
    private static readonly Table Playables = Schema.Current.Table("Playables");

    /// <summary>Creates the object unless it exists. Durable when the task completes.</summary>
    /// <exception cref="ApiException">
    /// 404: the track does not exist, or has no lossless encoding. 403 with the reason <c>PREMIUM_REQUIRED</c>: the caller's plan does not
    /// include it, so the caller could not play the object.
    /// </exception>
    public async Task EnsureAsync(string trackId, Caller caller, CancellationToken ct)
    {
        var reading = database.ReadAsync(Playables, new Key(trackId), null, ct);
        var user = await database.ReadAsync(User.Table, new Key(caller.RequireUser()), null, ct);
        var row = await reading;
        if (row?.String("Type") != "track") throw ApiException.NotFound();
        var encodings = EncodingList.Parse(row.StringOrNull("Encodings"));
        var native = encodings.Find(encoding => encoding.Codec == Codec.NativeFlac);
        if (native == default) throw ApiException.NotFound("There is no lossless audio of it");
        var product = user is null ? caller.Product : User.FromRow(user).Product;
        if (EncodingChoice.Choose(encodings, AudioQuality.Lossless, [Codec.NativeFlac], product) is null)
            throw new ApiException(StatusCodes.Status403Forbidden, "It takes a paid plan", "PREMIUM_REQUIRED");

        var prefix = $"tracks/{trackId}/{row.String("Revision")}/";
        if (await store.FindAsync(prefix + native.FileName, ct) is not null) return;

        await using var content = await RemuxAsync(store, prefix, native, ct);
        var options = new WriteOptions(native.Codec.ContentType, OnlyIfAbsent: true, Immutable: true);
        await store.WriteAsync(prefix + native.FileName, content, options, ct);
    }
    /// <summary>Opens the remuxed audio, which has <see cref="AudioEncoding.SizeBytes"/> bytes.</summary>
    /// <param name="store">The object store.</param>
    /// <param name="prefix">The prefix of the revision's objects.</param>
    /// <param name="native">The encoding in native FLAC.</param>
    /// <param name="ct">Cancels the opening.</param>
    /// <exception cref="FileNotFoundException">The encoding in MP4 does not exist.</exception>
    internal static async Task<Stream> RemuxAsync(IObjectStore store, string prefix, AudioEncoding native, CancellationToken ct)
    {
        var mp4 = await store.OpenReadAsync(prefix + (native with { Codec = Codec.Flac }).FileName, null, ct);
        return new NativeFlacStream(mp4, native.Samples.Total);
    }
}
