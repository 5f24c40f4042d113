using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Spotify.Contracts;

/// <summary>A kind of token that a route accepts.</summary>
/// <param name="Issuer">The <c>iss</c>.</param>
/// <param name="Audience">The <c>aud</c>.</param>
/// <param name="Type">The <c>typ</c>.</param>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Key">The issuer's key: P-256 for ES256, RSA for RS256.</param>
/// <param name="Claims">The other claims of a valid token.</param>
public sealed record TokenKind(string Issuer, string Audience, string Type, string KeyId, AsymmetricAlgorithm Key, JsonObject Claims)
{
    /// <summary>The algorithm.</summary>
    public string Algorithm => Key is RSA ? "RS256" : "ES256";

    /// <summary>Returns a token.</summary>
    /// <param name="header">Changes the header.</param>
    /// <param name="claims">Changes the claims.</param>
    /// <param name="sign">Signs; null for the issuer's key.</param>
    /// <param name="raw">Changes the JSON of the header and the claims.</param>
    public string Token(
        Action<JsonObject>? header = null,
        Action<JsonObject>? claims = null,
        Func<byte[], byte[]>? sign = null,
        Func<string, string, (string Header, string Claims)>? raw = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var first = new JsonObject { ["alg"] = Algorithm, ["typ"] = Type, ["kid"] = KeyId };
        var second = (JsonObject)Claims.DeepClone();
        (second["iss"], second["aud"], second["iat"], second["exp"]) = (Issuer, Audience, now, now + 600);
        header?.Invoke(first);
        claims?.Invoke(second);
        var parts = raw?.Invoke(first.ToJsonString(), second.ToJsonString()) ?? (first.ToJsonString(), second.ToJsonString());
        var text = $"{Encode(parts.Item1)}.{Encode(parts.Item2)}";
        return $"{text}.{Base64Url.EncodeToString((sign ?? (bytes => Sign(Key, bytes)))(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>Signs with a key.</summary>
    public static byte[] Sign(AsymmetricAlgorithm key, byte[] bytes) => key is RSA rsa
        ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256);

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}

/// <summary>
/// The tests that a home refuses every token that is not meant for the route (RFC 8725), with 401 on a route of users and 403 on a route of
/// services. Each home has a derived class.
/// </summary>
public abstract class TokenConfusionContract : IDisposable
{
    private readonly ECDsa strangersKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA strangersRsaKey = RSA.Create(2048);

    /// <summary>The kind of token that the route of users accepts.</summary>
    protected abstract TokenKind AccessToken { get; }

    /// <summary>The kind of token that the route of services accepts.</summary>
    protected abstract TokenKind ServiceToken { get; }

    /// <summary>The address of a route with data of the user, for GET.</summary>
    protected abstract Uri UserRoute { get; }

    /// <summary>The address of a route of services, for POST.</summary>
    protected abstract Uri ServiceRoute { get; }

    /// <summary>Other tokens of the home, with names.</summary>
    protected virtual IEnumerable<(string Name, string Token)> OtherTokens => [];

    public void Dispose()
    {
        strangersKey.Dispose();
        strangersRsaKey.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Valid_tokens_are_accepted_and_keys_in_their_headers_are_ignored()
    {
        foreach (var (kind, route, method) in new[]
            { (AccessToken, UserRoute, HttpMethod.Get), (ServiceToken, ServiceRoute, HttpMethod.Post) })
        {
            foreach (var token in new[] { kind.Token(), kind.Token(StrangersKeyInHeader) })
                Assert.Equal(HttpStatusCode.OK, await SendAsync(method, route, token));
        }
    }

    [Fact]
    public Task Other_tokens_are_401_on_a_route_of_users() =>
        AssertRefusedAsync(HttpMethod.Get, UserRoute, AccessToken, ServiceToken, HttpStatusCode.Unauthorized);

    [Fact]
    public Task Other_tokens_are_403_on_a_route_of_services() =>
        AssertRefusedAsync(HttpMethod.Post, ServiceRoute, ServiceToken, AccessToken, HttpStatusCode.Forbidden);

    [Fact]
    public async Task The_token_of_an_app_itself_is_403_on_a_route_of_users() => Assert.Equal(
        HttpStatusCode.Forbidden,
        await SendAsync(HttpMethod.Get, UserRoute, AccessToken.Token(claims: claims => claims["client_only"] = true)));

    [Fact]
    public async Task A_token_is_read_from_a_single_header_only()
    {
        var token = AccessToken.Token();
        using var http = new HttpClient();
        foreach (var name in new[] { "access_token", "token", "authorization" })
        {
            using var byQuery = await http.GetAsync(new Uri($"{UserRoute}?{name}={token}"));
            Assert.Equal(HttpStatusCode.Unauthorized, byQuery.StatusCode);
            using var form = new FormUrlEncodedContent([KeyValuePair.Create(name, token)]);
            using var byForm = await http.PutAsync(new Uri(UserRoute, "/v1/me/tracks"), form);
            Assert.Equal(HttpStatusCode.Unauthorized, byForm.StatusCode);
        }

        Assert.Equal(401, await SendRawAsync($"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n"));
        Assert.Equal(401, await SendRawAsync($"Authorization: Bearer {token}, Bearer {token}\r\n"));
        Assert.Equal(401, await SendRawAsync($"Cookie: access_token={token}\r\nX-Authorization: Bearer {token}\r\n"));
        Assert.Equal(431, await SendRawAsync($"Authorization: Bearer {token}{new string('A', 1 << 20)}\r\n"));
        Assert.Equal(200, await SendRawAsync($"Authorization: Bearer {token}\r\n"));
    }

    private async Task AssertRefusedAsync(HttpMethod method, Uri route, TokenKind own, TokenKind other, HttpStatusCode expected)
    {
        var accepted = new List<string>();
        foreach (var (name, token) in Invalid(own).Append(("a token of another kind", other.Token())).Concat(OtherTokens))
        {
            var status = await SendAsync(method, route, token);
            if (status != expected) accepted.Add($"{name}: {(int)status}");
        }

        Assert.Empty(accepted);
    }

    private IEnumerable<(string Name, string Token)> Invalid(TokenKind own)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var valid = own.Token();
        var parts = valid.Split('.');

        yield return ("another issuer", own.Token(claims: claims => claims["iss"] = "https://issuer.example"));
        yield return ("a similar issuer", own.Token(claims: claims => claims["iss"] = own.Issuer + "/"));
        yield return ("another audience", own.Token(claims: claims => claims["aud"] = "another"));
        yield return ("other audiences", own.Token(claims: claims => claims["aud"] = new JsonArray("another", "third")));
        foreach (var type in new[] { "JWT", "at+jwt", "jwt", "AT+JWT", "dpop+jwt", "" }.Where(type => type != own.Type))
            yield return ($"the type '{type}'", own.Token(header => header["typ"] = type));

        foreach (var algorithm in new[]
            {
                "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512",
                "ES256K", "EdDSA", "rs256", "es256", "dir", "A128KW",
            }.Where(algorithm => algorithm != own.Algorithm))
            yield return ($"the algorithm '{algorithm}'", own.Token(header => header["alg"] = algorithm));
        foreach (var algorithm in new[] { "none", "None", own.Algorithm })
            yield return ($"{algorithm} without a signature", own.Token(header => header["alg"] = algorithm, sign: _ => []));
        foreach (var secret in new[] { PublicKeyPem(own.Key), own.KeyId, "" })
        {
            yield return ($"HS256 with '{secret}'", own.Token(
                header => header["alg"] = "HS256", sign: bytes => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), bytes)));
        }

        yield return ("another key's signature under this key's id", own.Token(sign: bytes => TokenKind.Sign(strangersKey, bytes)));
        yield return ("an RSA signature under this key's id", own.Token(
            header => header["alg"] = "RS256", sign: bytes => TokenKind.Sign(strangersRsaKey, bytes)));
        yield return ("an unknown key", own.Token(header => header["kid"] = "unknown", sign: bytes => TokenKind.Sign(strangersKey, bytes)));
        foreach (var name in new[] { "jwk", "jku", "x5u", "x5c" })
        {
            yield return ($"a key of its own in '{name}'", own.Token(
                header =>
                {
                    StrangersKeyInHeader(header);
                    foreach (var rest in header.Select(member => member.Key).Except(["alg", "typ", name]).ToList()) header.Remove(rest);
                    (header["alg"], header["kid"]) = ("ES256", "stranger");
                },
                sign: bytes => TokenKind.Sign(strangersKey, bytes)));
        }

        foreach (var name in new[] { "kid", "alg", "typ" })
        {
            yield return ($"no {name}", own.Token(header => header.Remove(name)));
            yield return ($"{name} null", own.Token(header => header[name] = null));
            yield return ($"{name} 1", own.Token(header => header[name] = 1));
            yield return ($"{name} as a list", own.Token(header => header[name] = new JsonArray(own.KeyId)));
        }

        yield return ("the key id of a file", own.Token(header => header["kid"] = "../../etc/passwd"));
        yield return ("crit", own.Token(header => header["crit"] = new JsonArray("exp")));
        yield return ("empty crit", own.Token(header => header["crit"] = new JsonArray()));
        yield return ("b64", own.Token(header => (header["crit"], header["b64"]) = (new JsonArray("b64"), false)));

        yield return ("expired now", own.Token(claims: claims => claims["exp"] = now));
        yield return ("expired long ago", own.Token(claims: claims => claims["exp"] = 0));
        yield return ("not yet valid", own.Token(claims: claims => claims["nbf"] = now + 3600));
        yield return ("issued in the future", own.Token(claims: claims => claims["iat"] = now + 3600));
        foreach (var name in new[] { "exp", "iat", "sub", "iss", "aud" })
        {
            yield return ($"no {name}", own.Token(claims: claims => claims.Remove(name)));
            yield return ($"{name} null", own.Token(claims: claims => claims[name] = null));
            yield return ($"{name} twice", own.Token(raw: (header, claims) =>
                (header, $"{{\"{name}\":{JsonNode.Parse(claims)![name]!.ToJsonString()},{claims[1..]}")));
            yield return ($"{name} an object", own.Token(claims: claims => claims[name] = new JsonObject()));
        }

        foreach (var text in new[] { "\"9999999999\"", "1e400", "1e18", "-1", "true", "[9999999999]", "99999999999999999999" })
        {
            yield return ($"exp {text}", own.Token(raw: (header, claims) =>
                (header, claims.Replace($"\"exp\":{JsonNode.Parse(claims)!["exp"]}", $"\"exp\":{text}", StringComparison.Ordinal))));
        }

        yield return ("sub 1", own.Token(claims: claims => claims["sub"] = 1));
        foreach (var json in new[] { "", "null", "[]", "1", "\"x\"", "{", "{}", "{\"a\":", "\u0000", "\uFEFF{}" })
        {
            yield return ($"the claims {json}", own.Token(raw: (header, _) => (header, json)));
            yield return ($"the header {json}", own.Token(raw: (_, claims) => (json, claims)));
        }

        yield return ("a deep claim", own.Token(raw: (header, claims) =>
            (header, $"{{\"a\":{new string('[', 2000)}{new string(']', 2000)},{claims[1..]}")));
        yield return ("no signature", $"{parts[0]}.{parts[1]}.");
        yield return ("two parts", $"{parts[0]}.{parts[1]}");
        yield return ("four parts", valid + ".");
        yield return ("five parts", $"{valid}.{parts[0]}.{parts[1]}");
        yield return ("dots", "..");
        yield return ("padding", valid + "==");
        yield return ("a signature of zeros", own.Token(sign: _ => new byte[own.Key is RSA ? 256 : 64]));
        yield return ("a long signature", own.Token(sign: bytes => [.. TokenKind.Sign(own.Key, bytes), 0]));
        if (own.Key is ECDsa ecdsa)
        {
            yield return ("a DER signature", own.Token(
                sign: bytes => ecdsa.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
            yield return ("ES384 of this key", own.Token(
                header => header["alg"] = "ES384", sign: bytes => ecdsa.SignData(bytes, HashAlgorithmName.SHA384)));
        }

        yield return ("8 KB", valid + new string('A', 8192));
        yield return ("8 KB of claims", own.Token(claims: claims => claims["x"] = new string('x', 8192)));
        yield return ("not ASCII", $"{parts[0]}.{parts[1]}é.{parts[2]}");
        yield return ("digits of another script", $"{parts[0]}.{parts[1]}.{parts[2][..^1]}٣");
        yield return ("a space inside", $"{parts[0]}. {parts[1]}.{parts[2]}");
        yield return ("quotes", $"\"{valid}\"");
        yield return ("the scheme twice", $"Bearer {valid}");
    }

    private void StrangersKeyInHeader(JsonObject header)
    {
        var q = strangersKey.ExportParameters(includePrivateParameters: false).Q;
        header["jwk"] = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(q.X), ["y"] = Base64Url.EncodeToString(q.Y),
        };
        (header["jku"], header["x5u"]) = ("http://127.0.0.1:1/keys.json", "http://127.0.0.1:1/keys.pem");
        header["x5c"] = new JsonArray("MIIB");
    }

    private static string PublicKeyPem(AsymmetricAlgorithm key) => key.ExportSubjectPublicKeyInfoPem();

    private static async Task<HttpStatusCode> SendAsync(HttpMethod method, Uri route, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        using var request = new HttpRequestMessage(method, route);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<int> SendRawAsync(string headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(UserRoute.Host, UserRoute.Port);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET {UserRoute.PathAndQuery} HTTP/1.1\r\nHost: {UserRoute.Authority}\r\nConnection: close\r\n{headers}\r\n"));
        }
        catch (IOException)
        {
            // The server refuses long headers before it has read them.
        }

        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
