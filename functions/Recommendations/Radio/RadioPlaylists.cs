using System.Globalization;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Writing;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Radio;

/// <summary>
/// The playlists of radios: one per listener and seed, whose id stays the same, outside of the library. The tracks of a radio that is
/// older than a day are replaced when it is opened.
/// </summary>
internal sealed class RadioPlaylists(
    IDatabase database,
    RadioSeedReader seeds,
    HistoryReader histories,
    RadioService radios,
    GeneratedPlaylists playlists,
    PlaylistReader reader,
    TimeProvider time)
{
    private const int MaxNameLength = 80;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly Table Surfaces = Schema.Current.Table("GeneratedPlaylists");

    /// <summary>Returns the playlist of a radio, and whether it is new.</summary>
    /// <exception cref="ApiException">
    /// 404: the seed does not exist, the user may not see it, or there are no tracks for it. 403: the token does not have the scope for a
    /// private playlist that is the seed. 401: the account is being removed.
    /// </exception>
    public async Task<(PlaylistObject Playlist, bool IsNew)> OpenAsync(
        RadioSeed seed, CurrentUser user, Viewer viewer, CancellationToken ct)
    {
        var surface = GeneratedPlaylists.RadioPrefix + seed.Uri;
        var source = seeds.ReadAsync(seed, user.Id, ct);
        var stored = await database.ReadAsync(Surfaces, new Key(user.Id, surface), null, ct);
        var read = await source ?? throw ApiException.NotFound();
        viewer.Caller.RequireRead(read.IsPublic, read.IsCollaborative);
        if (stored is not null && stored.Timestamp("GeneratedAt") > time.GetUtcNow() - Lifetime)
            return (await reader.PlaylistAsync(stored.String("PlaylistId"), episodes: false, viewer, ct), false);

        var reading = ListenerAsync(user, ct);
        var tracks = await radios.TracksAsync(read, reading, ct);
        if (tracks.Items.Count == 0) throw ApiException.NotFound("There are no tracks for this seed");
        var name = read.Name is { } known ? $"{Shortened(known)} Radio" : "Your Radio";
        var about = read.Name is { } title ? $"Tracks near to {Shortened(title)}, for you." : "Tracks near to what you play.";
        var content = new PlaylistContent(
            surface, time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), name, about, tracks.Items)
        {
            ImageId = tracks.ImageId,
            ModelVersion = tracks.ModelVersion,
            InLibrary = false,
        };
        var variant = (await reading).Variant.Name;
        if (await playlists.WriteAsync(user.Id, [content], variant, ct) is not [var written]) throw ApiException.NotFound();
        return (await reader.PlaylistAsync(written.PlaylistId, episodes: false, viewer, ct), written.Outcome == WriteOutcome.Created);
    }

    private static string Shortened(string name) => name.Length <= MaxNameLength ? name : name[..(MaxNameLength - 1)] + "…";

    // A user who is known from the token only gets a row.
    private async Task<ListenerHistory> ListenerAsync(CurrentUser user, CancellationToken ct)
    {
        if (await histories.ReadAsync([user.Id], ct) is [var known]) return known;
        await database.TransactAsync(
            async transaction =>
            {
                if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null)
                    await transaction.InsertAsync(user.ToNewUser(Instant.Truncate(time.GetUtcNow())));
                return true;
            },
            ct);
        return await histories.ReadAsync([user.Id], ct) is [var added] ? added : throw ApiException.NotFound();
    }
}
