using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Web.Idempotency;

/// <summary>
/// The header <c>Idempotency-Key</c> of a request: 1 to 255 printable ASCII characters that the client makes up, the same whenever it
/// sends the request again. Keys of other users and other routes are other keys.
/// </summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="KeyId">Method, path and key.</param>
/// <param name="RequestHash">Query and body.</param>
public sealed record IdempotencyKey(string UserId, string KeyId, string RequestHash)
{
    /// <summary>The header's name.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>Binds endpoint parameters; null where the request has no key.</summary>
    /// <exception cref="ApiException">400: the key is not of the form it should have.</exception>
    public static async ValueTask<IdempotencyKey?> BindAsync(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        if (values.Count == 0) return null;
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= MaxLength } key || key.Any(character => character is < ' ' or > '~'))
            throw ApiException.BadRequest($"Invalid {Header}: one value of 1 to {MaxLength} printable ASCII characters is wanted");

        var body = (await RequestBody.BindAsync(context))!;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(context.Request.QueryString.Value + "\n"));
        hash.AppendData(body.Bytes.Span);
        return new IdempotencyKey(
            Caller.Of(context).RequireUser(),
            SpotifyId.FromName($"{context.Request.Method} {context.Request.Path}\n{key}"),
            SpotifyId.FromHash(hash.GetHashAndReset()));
    }
}
