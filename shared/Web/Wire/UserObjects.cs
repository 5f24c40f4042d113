using System.Text.Json.Serialization;

namespace Spotify.Web.Wire;

public sealed record ExplicitContentSettingsObject(bool FilterEnabled, bool FilterLocked);

/// <param name="AccountId">Stands for the account, whatever its user is called.</param>
/// <param name="Product">What clients ask before they play on demand: <c>premium</c> (of any plan that is paid for) or <c>free</c>.</param>
public sealed record PrivateUserObject(
    string AccountId,
    string Country,
    string DisplayName,
    string? Email,
    ExplicitContentSettingsObject ExplicitContent,
    ExternalUrlObject ExternalUrls,
    FollowersObject Followers,
    string Href,
    string Id,
    IReadOnlyList<ImageObject> Images,
    string Product,
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
