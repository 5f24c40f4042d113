using System.Text.Json.Serialization;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>A saved track.</summary>
public sealed record SavedTrackObject(string AddedAt, TrackObject Track);

/// <summary>A saved album.</summary>
public sealed record SavedAlbumObject(string AddedAt, AlbumObject Album);

/// <summary>A saved episode.</summary>
public sealed record SavedEpisodeObject(string AddedAt, EpisodeObject Episode);

/// <summary>A saved show.</summary>
public sealed record SavedShowObject(string AddedAt, SimplifiedShowObject Show);

/// <summary>A saved audiobook.</summary>
public sealed record SavedAudiobookObject(string AddedAt, AudiobookObject Audiobook);

/// <summary>A page of the artists that a user follows.</summary>
public sealed record FollowedArtists(CursorPagingObject<ArtistObject> Artists);

/// <summary>The body of a request to change the user's own profile. Null leaves the value unchanged.</summary>
/// <param name="Country">The ISO 3166-1 alpha-2 code of the user's country.</param>
public sealed record ProfileDetails(string? Country = null, string? TimeZone = null);

/// <summary>The body of a request with ids. Tracks may have times instead; a bare array of ids is accepted too.</summary>
internal sealed record IdList(IReadOnlyList<string>? Ids = null, IReadOnlyList<TimestampedId>? TimestampedIds = null);

/// <summary>The id of a track to save, with the time at which the user added it.</summary>
internal sealed record TimestampedId(string Id, string AddedAt);

/// <summary>The body of a request with URIs. A bare array of URIs is accepted too.</summary>
internal sealed record UriList(IReadOnlyList<string> Uris);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PrivateUserObject))]
[JsonSerializable(typeof(PublicUserObject))]
[JsonSerializable(typeof(PagingObject<SavedTrackObject>))]
[JsonSerializable(typeof(PagingObject<SavedAlbumObject>))]
[JsonSerializable(typeof(PagingObject<SavedEpisodeObject>))]
[JsonSerializable(typeof(PagingObject<SavedShowObject>))]
[JsonSerializable(typeof(PagingObject<SavedAudiobookObject>))]
[JsonSerializable(typeof(FollowedArtists))]
[JsonSerializable(typeof(ProfileDetails))]
[JsonSerializable(typeof(IdList))]
[JsonSerializable(typeof(UriList))]
[JsonSerializable(typeof(ResumePointChanges))]
[JsonSerializable(typeof(ResumePointList))]
[JsonSerializable(typeof(IReadOnlyList<bool>))]
internal sealed partial class LibraryJson : JsonSerializerContext;
