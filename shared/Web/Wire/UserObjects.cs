using System.Text.Json.Serialization;

namespace Spotify.Web.Wire;

public sealed record ExplicitContentSettingsObject(bool FilterEnabled, bool FilterLocked);

/// <summary>
/// The private profile of a user. <c>AccountId</c> is an opaque id of the account. <c>Product</c> is <c>premium</c> for every paid plan,
/// otherwise <c>free</c>; clients play on demand only with <c>premium</c>. <c>TimeZone</c>, an IANA id, decides when days and weeks of
/// generated playlists begin. Members for which the token has no scope are null.
/// </summary>
public sealed record PrivateUserObject(
    string AccountId,
    string? Country,
    string DisplayName,
    string? Email,
    ExplicitContentSettingsObject? ExplicitContent,
    ExternalUrlObject ExternalUrls,
    FollowersObject Followers,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string? Product,
    string? TimeZone,
    string Type,
    string Uri);

public sealed record PublicUserObject(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? DisplayName,
    ExternalUrlObject ExternalUrls,
    FollowersObject Followers,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Type,
    string Uri);
