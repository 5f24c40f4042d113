using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Web.Idempotency;

/// <summary>
/// The header <c>Idempotency-Key</c> of a request: 1 to 255 printable ASCII characters chosen by the client, which sends the same key
/// when it repeats the request. A key applies to one user and one route.
/// </summary>
/// <param name="UserId">The user who sent the key.</param>
/// <param name="KeyId">Hash of the method, path and key.</param>
/// <param name="RequestHash">Hash of the query and body.</param>
public sealed record IdempotencyKey(string UserId, string KeyId, string RequestHash)
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>
    /// The header, for the OpenAPI description. Endpoints add it because the generator of request delegates rejects metadata of nullable
    /// parameters.
    /// </summary>
    public static RequestParameter Parameter { get; } = new(
        Header, typeof(string), $"1 to {MaxLength} printable ASCII characters, the same when a request is repeated.", InHeader: true);

    /// <summary>Binds endpoint parameters. Returns null if the request has no key.</summary>
    /// <exception cref="ApiException">400: there is more than one key, or the key is invalid.</exception>
    public static async ValueTask<IdempotencyKey?> BindAsync(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        if (values.Count == 0) return null;
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= MaxLength } key || key.Any(character => character is < ' ' or > '~'))
            throw ApiException.BadRequest($"Invalid {Header}: one value of 1 to {MaxLength} printable ASCII characters is wanted");

        var body = await RequestBody.ReadAsync(context);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(context.Request.QueryString.Value + "\n"));
        hash.AppendData(body.Bytes.Span);
        return new IdempotencyKey(
            Caller.Of(context).RequireUser(),
            SpotifyId.FromName($"{context.Request.Method} {context.Request.Path}\n{key}"),
            SpotifyId.FromHash(hash.GetHashAndReset()));
    }
}
