using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.ObjectRemovals;
using Spotify.Web;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>A service that creates playlists and changes everything except their items. Only the owner may change a playlist.</summary>
public sealed class PlaylistService(IDatabase database, IObjectStore objects, TimeProvider time)
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The maximum length of a description, in characters.</summary>
    public const int MaxDescriptionLength = 300;

    /// <summary>The maximum size of a cover, in bytes of JPEG.</summary>
    public const int MaxCoverBytes = 256 << 10;

    /// <summary>The maximum length of the base64 of a cover, in bytes, including line breaks.</summary>
    public const int MaxCoverTextBytes = 360 << 10;

    private static readonly Table ObjectRemovals = Schema.Current.Table("ObjectRemovals");

    // Clients that read the playlist before its cover was replaced still load the old cover.
    private static readonly TimeSpan OldCoverLifetime = TimeSpan.FromDays(1);

    /// <summary>Creates an empty playlist that the viewer owns.</summary>
    /// <returns>The playlist as JSON. Repeated requests with the same key return the same JSON.</returns>
    /// <exception cref="ApiException">400: the details are invalid. 403: the token does not have the scopes.</exception>
    public Task<string> CreateAsync(
        PlaylistDetails details, Viewer viewer, IdempotencyKey? idempotencyKey, JsonTypeInfo<PlaylistObject> json, CancellationToken ct) =>
        CreateAsync(
            details, [], viewer, idempotencyKey,
            created => JsonSerializer.Serialize(new PlaylistWire(viewer).Playlist(created, items: [], query: ""), json), ct);

    /// <summary>Creates a playlist that the viewer owns.</summary>
    /// <param name="details">The details.</param>
    /// <param name="items">The items, which exist in the catalog.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="idempotencyKey">The key of the request; null if the request has none.</param>
    /// <param name="answer">Returns the response for a created playlist, which is stored with the key.</param>
    /// <param name="ct">Cancels the creation.</param>
    /// <returns>The response. Repeated requests with the same key return the same.</returns>
    /// <exception cref="ApiException">400: the details are invalid. 403: the token does not have the scopes.</exception>
    internal async Task<string> CreateAsync(
        PlaylistDetails details,
        IReadOnlyList<SpotifyUri> items,
        Viewer viewer,
        IdempotencyKey? idempotencyKey,
        Func<PlaylistSummary, string> answer,
        CancellationToken ct)
    {
        var userId = viewer.Caller.RequireUser();
        var name = Name(details.Name ?? throw ApiException.BadRequest("Missing required field: name"));
        var (description, collaborative) = (Description(details.Description ?? ""), details.Collaborative ?? false);
        var isPublic = details.Public ?? true;
        RequireValidVisibility(isPublic, collaborative);
        viewer.Caller.Require(collaborative ? PlaylistScopes.Modify : PlaylistScopes.ToModify(isPublic));

        // Generated outside of the transaction so that the id is the same if the transaction runs again.
        var (id, now) = (SpotifyId.New(), Instant.Truncate(time.GetUtcNow()));
        return await database.TransactAsync(transaction => transaction.AnswerOnceAsync(idempotencyKey, now, async () =>
        {
            var owner = await OwnerAsync(transaction, viewer, now);
            transaction.Add(Mutation.Insert(
                Playlist.Table,
                ("PlaylistId", id), ("OwnerId", userId), ("Name", name), ("Description", description), ("Public", isPublic),
                ("Collaborative", collaborative), ("CollaborativeSince", collaborative ? now : null), ("Version", 1L),
                ("Items", items.Count), ("CreatedAt", now), ("UpdatedAt", now)));
            transaction.Add(Mutation.Insert(
                Playlist.FollowersTable, ("UserId", userId), ("PlaylistId", id), ("Public", true), ("FollowedAt", now)));
            if (isPublic) transaction.Add(PlaylistSearch.Write(id, name, 0));
            var rows = new PlaylistItemRows(transaction, id, 0);
            rows.WriteAll([.. items.Select(uri => PlaylistItem.New(uri, now, userId))]);

            var created = new PlaylistSummary(
                Id: id,
                OwnerId: userId,
                OwnerName: owner.DisplayName,
                Name: name,
                Description: description,
                Public: isPublic,
                Collaborative: collaborative,
                Version: 1,
                Items: items.Count,
                Followers: 0,
                ImageId: null,
                Cover: null);
            return answer(created);
        }), ct);
    }

    /// <summary>Changes the details of a playlist that are not null.</summary>
    /// <exception cref="ApiException">
    /// 400: the details are invalid. 403 or 404: the caller is not the owner, or the token does not have the scopes for the visibility
    /// before and after the change.
    /// </exception>
    public Task ChangeAsync(string id, Caller caller, PlaylistDetails details, CancellationToken ct)
    {
        var name = details.Name is null ? null : Name(details.Name);
        var description = details.Description is null ? null : Description(details.Description);
        var now = time.GetUtcNow();
        return database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, caller, PlaylistRole.Owner);
            var (isPublic, collaborative) = (details.Public ?? playlist.Public, details.Collaborative ?? playlist.Collaborative);
            RequireValidVisibility(isPublic, collaborative);
            caller.Require(collaborative && !playlist.Collaborative ? PlaylistScopes.Modify : PlaylistScopes.ToModify(isPublic));

            var changed = new List<(string, object?)> { ("Public", isPublic), ("Collaborative", collaborative) };
            // Existing followers do not become collaborators, because they accepted an invitation to listen, not to edit.
            if (collaborative != playlist.Collaborative) changed.Add(("CollaborativeSince", collaborative ? now : null));
            if (name is not null) changed.Add(("Name", name));
            if (description is not null) changed.Add(("Description", description));
            foreach (var mutation in playlist.NextVersion([], now, changed)) transaction.Add(mutation);
            if (!isPublic)
            {
                transaction.Add(PlaylistSearch.Remove(id));
            }
            else if (name is not null || !playlist.Public)
            {
                var followers = (await PlaylistSearch.FollowersAsync(transaction, id)).GetValueOrDefault(id);
                transaction.Add(PlaylistSearch.Write(id, name ?? playlist.Name, followers));
            }

            return true;
        }, ct);
    }

    /// <summary>Sets the cover of a playlist. The cover is served in its original size only.</summary>
    /// <param name="id">The playlist's id.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="base64">A JPEG in base64.</param>
    /// <param name="ct">Cancels the change.</param>
    /// <exception cref="ApiException">
    /// 400: the image is not a supported JPEG. 413: the image is too large. 403 or 404: the caller is not the owner, or the token does not
    /// have the scope for the visibility of the playlist.
    /// </exception>
    public async Task ChangeCoverAsync(string id, Caller caller, ReadOnlyMemory<byte> base64, CancellationToken ct)
    {
        var (picture, frame) = Picture(base64);

        // A new id, so that caches have no image under this name. The image is registered for removal before it is written, and the
        // registration is deleted when the playlist refers to the image, so that a failure in between leaves no orphaned object.
        var coverId = SpotifyId.New();
        var now = time.GetUtcNow();
        await database.TransactAsync(async transaction =>
        {
            await Playlist.FindAsync(transaction, id, caller, PlaylistRole.Owner);
            transaction.Add(RemoveCover(coverId, now));
            return true;
        }, ct);
        var content = new MemoryStream(picture, 0, frame.Length);
        await objects.WriteAsync(ImageNames.Of(coverId, frame.Width), content, new WriteOptions("image/jpeg", Immutable: true), ct);
        await database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, caller, PlaylistRole.Owner);
            var version = playlist.NextVersion(
                [], now, ("CoverId", coverId), ("CoverWidth", frame.Width), ("CoverHeight", frame.Height));
            foreach (var mutation in version) transaction.Add(mutation);
            transaction.Add(Mutation.Delete(ObjectRemovals, new Key(ImageNames.Prefix(coverId))));
            if (playlist.CoverId is { } old) transaction.Add(RemoveCover(old, now));
            return true;
        }, ct);
    }

    private static Mutation RemoveCover(string coverId, DateTimeOffset now) =>
        ObjectRemovalService.Removal(ImageNames.Prefix(coverId), now + OldCoverLifetime);

    private static void RequireValidVisibility(bool isPublic, bool collaborative)
    {
        if (isPublic && collaborative) throw ApiException.BadRequest("A collaborative playlist cannot be public: set public to false");
    }

    private static string Name(string name) => string.IsNullOrWhiteSpace(name)
        ? throw ApiException.BadRequest("Invalid name: it is empty")
        : Text("name", name.Trim(), MaxNameLength);

    private static string Description(string description) => Text("description", description, MaxDescriptionLength);

    private static string Text(string field, string text, int maxLength)
    {
        if (text.EnumerateRunes().Count() > maxLength) throw ApiException.BadRequest($"Invalid {field}: at most {maxLength} characters");
        if (text.Any(character => char.IsControl(character) && !(field == "description" && character is '\n' or '\r' or '\t')))
            throw ApiException.BadRequest($"Invalid {field}: control characters are not allowed");
        return text;
    }

    private static (byte[] Picture, JpegFrame Frame) Picture(ReadOnlyMemory<byte> base64)
    {
        if (base64.IsEmpty) throw ApiException.BadRequest("The body should be a JPEG in base64");
        try
        {
            var picture = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
            var status = Base64.DecodeFromUtf8(base64.Span, picture, out _, out var length);
            if (status != OperationStatus.Done) throw ApiException.BadRequest("The body is not base64");
            if (length > MaxCoverBytes)
                throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"The image is larger than {MaxCoverBytes >> 10} KB");
            return (picture, JpegFrame.Read(picture.AsSpan(0, length)));
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"The image cannot be used: {e.Message}");
        }
    }

    /// <summary>Returns the viewer's user. Inserts a row for a user who is known from the token only.</summary>
    private static async Task<User> OwnerAsync(ITransaction transaction, Viewer viewer, DateTimeOffset now)
    {
        var userId = viewer.Caller.RequireUser();
        if (await transaction.ReadAsync(User.Table, new Key(userId)) is { } row) return User.FromRow(row);
        var user = new CurrentUser(userId, viewer.Caller).ToNewUser(now);
        await transaction.InsertAsync(user);
        return user;
    }
}
