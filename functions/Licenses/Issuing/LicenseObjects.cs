using System.Text.Json.Serialization;
using Spotify.Licensing.Jose;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>A request for licenses.</summary>
/// <param name="Uris">Up to 50 URIs of tracks, episodes, chapters, albums, audiobooks and playlists.</param>
/// <param name="Quality"><c>low</c>, <c>normal</c>, <c>high</c> (the default), <c>very_high</c> or <c>lossless</c>.</param>
/// <param name="Codecs">
/// The codecs that the device supports, in order of preference: <c>vorbis</c>, <c>aac</c>, <c>flac</c>, <c>flac_native</c>. Any if
/// there are none.
/// </param>
/// <param name="Cursor"><c>next</c> of the previous page, with the same <c>uris</c>; null for the first page.</param>
internal sealed record IssueObject(
    IReadOnlyList<string?>? Uris, string? Quality, IReadOnlyList<string?>? Codecs, string? Cursor);

/// <summary>A request for licenses of items that the device has.</summary>
/// <param name="Uris">
/// Up to 50 URIs of tracks, episodes and chapters; null for all items without a license, and those whose license ends soon.
/// </param>
/// <param name="Cursor"><c>next</c> of the previous page; null for the first page.</param>
internal sealed record RenewObject(IReadOnlyList<string?>? Uris, string? Cursor);

/// <summary>A request that removes items and collections from a device.</summary>
/// <param name="Uris">Up to 50 URIs of tracks, episodes, chapters, albums, audiobooks and playlists.</param>
internal sealed record RevokeObject(IReadOnlyList<string?>? Uris);

/// <summary>A page of licenses.</summary>
/// <param name="Licenses">At most one license, for up to 100 items.</param>
/// <param name="Refused">The items and collections without a license, and the reason of each.</param>
/// <param name="Pending">
/// The items whose audio is being encrypted. The device has them, and asks for their renewal after <paramref name="RetryAfterS"/>.
/// </param>
/// <param name="RetryAfterS">When to ask for pending items, in seconds; null if there are none.</param>
/// <param name="Next">The cursor of the next page; null if this page is the last.</param>
public sealed record LicensesObject(
    IReadOnlyList<CompactText> Licenses,
    IReadOnlyList<RefusedObject> Refused,
    IReadOnlyList<string> Pending,
    int? RetryAfterS,
    string? Next);

/// <summary>An item or collection without a license.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Reason">
/// <c>NOT_FOUND</c>, <c>NO_AUDIO</c> (none yet, or none in the codecs), <c>MARKET_RESTRICTED</c>, <c>NOT_RELEASED</c>,
/// <c>EXPLICIT_BLOCKED</c>, <c>TRACK_LIMIT</c> (the device has 10,000 items), <c>COLLECTION_LIMIT</c> (it has 2,000 collections, or
/// 20,000 items in them) or <c>NOT_ON_DEVICE</c> (of a renewal).
/// </param>
public sealed record RefusedObject(string Uri, string Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IssueObject))]
[JsonSerializable(typeof(RenewObject))]
[JsonSerializable(typeof(RevokeObject))]
[JsonSerializable(typeof(LicensesObject))]
internal sealed partial class LicensesJson : JsonSerializerContext;
