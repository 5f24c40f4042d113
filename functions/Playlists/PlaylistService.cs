using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>Makes playlists and changes all of them but their items. Who may: their owners.</summary>
public sealed class PlaylistService(IDatabase database, IObjectStore objects, TimeProvider time)
{
    /// <summary>The most characters of a name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The most characters of a description.</summary>
    public const int MaxDescriptionLength = 300;

    /// <summary>The most bytes of a cover, in base64.</summary>
    public const int MaxCoverBytes = 256 << 10;

    private static readonly Table SearchDocuments = Schema.Current.Table("SearchDocuments");
    private static readonly Table ObjectRemovals = Schema.Current.Table("ObjectRemovals");

    // Pages that were read before a cover was replaced show it a while longer.
    private static readonly TimeSpan OldCoverStays = TimeSpan.FromDays(1);

    /// <summary>Makes an empty playlist of the viewer's.</summary>
    /// <returns>The playlist as JSON, the same again for the same key.</returns>
    /// <exception cref="ApiException">400: the details are wrong.</exception>
    public async Task<string> CreateAsync(PlaylistDetails details, Viewer viewer, IdempotencyKey? idempotencyKey, JsonTypeInfo<PlaylistObject> json, CancellationToken ct)
    {
        var userId = viewer.Caller.RequireUser();
        var name = Name(details.Name ?? throw ApiException.BadRequest("Missing required field: name"));
        var (description, collaborative) = (Description(details.Description ?? ""), details.Collaborative ?? false);
        var isPublic = details.Public ?? true;
        RequirePossible(isPublic, collaborative);

        // Outside the transaction, so that it is the same when that runs again.
        var (id, now) = (SpotifyId.New(), Instant.Truncate(time.GetUtcNow()));
        return await database.TransactAsync(transaction => transaction.AnswerOnceAsync(idempotencyKey, now, async () =>
        {
            var owner = await OwnerAsync(transaction, viewer, now);
            transaction.Add(Mutation.Insert(
                Playlist.Table, ("PlaylistId", id), ("OwnerId", userId), ("Name", name), ("Description", description), ("Public", isPublic), ("Collaborative", collaborative),
                ("CollaborativeSince", collaborative ? now : null), ("Version", 1L), ("Items", 0L), ("Followers", 0L), ("CreatedAt", now), ("UpdatedAt", now)));
            transaction.Add(Mutation.Insert(Playlist.FollowersTable, ("PlaylistId", id), ("UserId", userId), ("Public", true), ("FollowedAt", now)));
            if (isPublic) transaction.Add(Document(id, name, 0));
            return JsonSerializer.Serialize(new PlaylistWire(viewer).New(id, owner, name, description, isPublic, collaborative), json);
        }), ct);
    }

    /// <summary>Changes a playlist's details: those that are given.</summary>
    /// <exception cref="ApiException">400: the details are wrong. 403, 404: the playlist is another user's.</exception>
    public Task ChangeAsync(string id, string userId, PlaylistDetails details, CancellationToken ct)
    {
        var name = details.Name is null ? null : Name(details.Name);
        var description = details.Description is null ? null : Description(details.Description);
        var now = time.GetUtcNow();
        return database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, userId, PlaylistRole.Owner);
            var (isPublic, collaborative) = (details.Public ?? playlist.Public, details.Collaborative ?? playlist.Collaborative);
            RequirePossible(isPublic, collaborative);

            var changed = new List<(string, object?)> { ("Public", isPublic), ("Collaborative", collaborative) };
            // Who follows it already was invited to listen, not to edit.
            if (collaborative != playlist.Collaborative) changed.Add(("CollaborativeSince", collaborative ? now : null));
            if (name is not null) changed.Add(("Name", name));
            if (description is not null) changed.Add(("Description", description));
            foreach (var mutation in playlist.NextVersion([], now, changed)) transaction.Add(mutation);
            transaction.Add(isPublic
                ? Document(id, name ?? playlist.Name, playlist.Followers)
                : Mutation.Delete(SearchDocuments, new Key(SpotifyUri.WireName(EntityType.Playlist), id)));
            return true;
        }, ct);
    }

    /// <summary>Gives a playlist a cover: it is shown in the size it has, since nothing here makes pictures smaller.</summary>
    /// <param name="base64">A JPEG in base64.</param>
    /// <exception cref="ApiException">400: it is no picture that can be shown. 413: it is too large. 403, 404: the playlist is another user's.</exception>
    public async Task ChangeCoverAsync(string id, string userId, ReadOnlyMemory<byte> base64, CancellationToken ct)
    {
        var (picture, frame) = Picture(base64);

        // Ids are fresh, so that nobody has an old one cached. The picture comes before the playlist names it, and until that is done it
        // is down for removal: whatever happens in between leaves nothing behind.
        var coverId = SpotifyId.New();
        var now = time.GetUtcNow();
        await database.TransactAsync(async transaction =>
        {
            await Playlist.FindAsync(transaction, id, userId, PlaylistRole.Owner);
            transaction.Add(RemoveCover(coverId, now));
            return true;
        }, ct);
        await objects.WriteAsync(CoverName(coverId, frame.Width), new MemoryStream(picture, 0, frame.Length), new WriteOptions("image/jpeg"), ct);
        await database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, userId, PlaylistRole.Owner);
            foreach (var mutation in playlist.NextVersion([], now, ("CoverId", coverId), ("CoverWidth", frame.Width), ("CoverHeight", frame.Height))) transaction.Add(mutation);
            transaction.Add(Mutation.Delete(ObjectRemovals, new Key(CoverPrefix(coverId))));
            if (playlist.CoverId is { } old) transaction.Add(RemoveCover(old, now));
            return true;
        }, ct);
    }

    private static Mutation RemoveCover(string coverId, DateTimeOffset now) => Mutation.Upsert(ObjectRemovals, ("Prefix", CoverPrefix(coverId)), ("RemoveAt", now + OldCoverStays));

    private static string CoverPrefix(string coverId) => $"images/{coverId}/";

    private static string CoverName(string coverId, int width) => FormattableString.Invariant($"{CoverPrefix(coverId)}{width}.jpg");

    private static Mutation Document(string id, string name, long followers) => CatalogWriter.Document(
        EntityType.Playlist, id, (int)Math.Min(100, 10 * Math.Log2(1 + followers)), MarketSet.Everywhere, name);

    private static void RequirePossible(bool isPublic, bool collaborative)
    {
        if (isPublic && collaborative) throw ApiException.BadRequest("A collaborative playlist cannot be public: set public to false");
    }

    private static string Name(string name) =>
        string.IsNullOrWhiteSpace(name) ? throw ApiException.BadRequest("Invalid name: it is empty") : Text("name", name.Trim(), MaxNameLength);

    private static string Description(string description) => Text("description", description, MaxDescriptionLength);

    private static string Text(string field, string text, int most)
    {
        if (text.EnumerateRunes().Count() > most) throw ApiException.BadRequest($"Invalid {field}: at most {most} characters");
        if (text.Any(character => char.IsControl(character) && !(field == "description" && character is '\n' or '\r' or '\t')))
            throw ApiException.BadRequest($"Invalid {field}: control characters are not allowed");
        return text;
    }

    private static (byte[] Picture, JpegFrame Frame) Picture(ReadOnlyMemory<byte> base64)
    {
        if (base64.Length > MaxCoverBytes) throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"The image is too large: at most {MaxCoverBytes >> 10} KB of base64");
        if (base64.IsEmpty) throw ApiException.BadRequest("The body should be a JPEG in base64");
        try
        {
            var picture = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
            var status = Base64.DecodeFromUtf8(base64.Span, picture, out _, out var length);
            if (status != System.Buffers.OperationStatus.Done) throw ApiException.BadRequest("The body is not base64");
            return (picture, JpegFrame.Read(picture.AsSpan(0, length)));
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"The image cannot be used: {e.Message}");
        }
    }

    /// <summary>The viewer as an owner: their row is made where their token is the first that is known of them.</summary>
    private static async Task<User> OwnerAsync(ITransaction transaction, Viewer viewer, DateTimeOffset now)
    {
        var userId = viewer.Caller.RequireUser();
        if (await transaction.ReadAsync(User.Table, new Key(userId)) is { } row) return User.FromRow(row);
        var user = new CurrentUser(userId, viewer.Caller).ToNewUser(now);
        transaction.Add(user.Insert());
        return user;
    }
}
