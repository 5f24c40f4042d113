using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Ports;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Web.Identity;

/// <summary>
/// The access tokens of a listener that were revoked before they expire, as <see cref="PlayerDocument.Revocations"/> has them. Requests
/// that read the live document refuse these tokens; elsewhere a token remains valid until it expires.
/// </summary>
/// <param name="Entries">The revocations, the oldest first.</param>
public sealed record RevokedTokens(IReadOnlyList<Revocation> Entries)
{
    /// <summary>The id that stands for all tokens of the listener. No app and no sign-in has it.</summary>
    public const string All = "*";

    /// <summary>The maximum number of entries. Further ones are replaced by a revocation of all tokens.</summary>
    public const int MaxEntries = 100;

    /// <summary>How long an entry is kept: the lifetime of an access token, and 10 min for clocks that differ.</summary>
    public static readonly TimeSpan Retention = TokenIssuer.Lifetime + TimeSpan.FromMinutes(10);

    /// <summary>Reads the tokens.</summary>
    /// <param name="json">The JSON of a live document; null for no tokens.</param>
    public static RevokedTokens Parse(string? json) =>
        new(json is null ? [] : JsonSerializer.Deserialize(json, RevocationJson.Default.IReadOnlyListRevocation) ?? []);

    /// <summary>Returns the tokens as JSON; null for none.</summary>
    public string? Format() =>
        Entries.Count == 0 ? null : JsonSerializer.Serialize(Entries, RevocationJson.Default.IReadOnlyListRevocation);

    /// <summary>Adds the tokens issued up to now, and removes entries whose tokens have expired.</summary>
    /// <param name="id">The app, the sign-in, or <see cref="All"/>.</param>
    /// <param name="now">The time.</param>
    public RevokedTokens Add(string id, DateTimeOffset now)
    {
        var at = now.ToUnixTimeSeconds();
        var kept = Entries.Where(entry =>
            entry.Id != id && (id != All || entry.At > at) && entry.At > at - (long)Retention.TotalSeconds).ToList();
        return new(kept.Count < MaxEntries ? [.. kept, new Revocation(id, at)] : [new Revocation(All, at)]);
    }

    /// <summary>Returns whether the token of a caller is revoked.</summary>
    public bool Includes(Caller caller) => Entries.Any(entry =>
        caller.IssuedAt.ToUnixTimeSeconds() <= entry.At
        && (entry.Id == All || entry.Id == caller.SessionId || entry.Id == caller.ClientId));

    /// <summary>Returns whether the live document of a listener says that the token of a caller is revoked.</summary>
    /// <param name="document">The document; null if there is none.</param>
    /// <param name="caller">The caller.</param>
    public static bool Include(PlayerDocument? document, Caller caller) =>
        document?.Revocations is { } json && Parse(json).Includes(caller);

    /// <summary>Refuses a token that the live document of the listener says is revoked.</summary>
    /// <param name="document">The document; null if there is none.</param>
    /// <param name="caller">The caller.</param>
    /// <exception cref="ApiException">401: the token is revoked.</exception>
    public static void Refuse(PlayerDocument? document, Caller caller)
    {
        if (!Include(document, caller)) return;
        throw new ApiException(StatusCodes.Status401Unauthorized, "The access token was revoked")
        {
            Challenge = "Bearer realm=\"spotify\", error=\"invalid_token\"",
        };
    }
}

/// <summary>A revocation.</summary>
/// <param name="Id">The app, the sign-in, or <see cref="RevokedTokens.All"/>.</param>
/// <param name="At">The time, in seconds since 1970: tokens that were issued later are valid.</param>
public sealed record Revocation(string Id, long At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<Revocation>))]
internal sealed partial class RevocationJson : JsonSerializerContext;
