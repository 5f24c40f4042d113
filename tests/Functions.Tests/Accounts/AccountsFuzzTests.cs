using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>
/// Requests to the authorization server that differ from valid ones in random ways. To repeat a failure, set the environment variable
/// <c>FUZZ_SEED</c> to the seed in its message.
/// </summary>
public sealed class AccountsFuzzTests : IAsyncLifetime
{
    private const int Cases = 1000;
    private const string FormType = "application/x-www-form-urlencoded";

    // RFC 6749 §5.2, and access_denied for development tokens.
    private static readonly string[] Errors =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
        "access_denied",
    ];

    private static readonly string[] Names =
    [
        "grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "refresh_token", "scope", "token",
        "user", "state",
        "response_type", "code_challenge", "code_challenge_method", "show_dialog", "token_type_hint", "product", "country", "form_token",
        "name", "password", "continue", "decision", "iss", "request", "request_uri", "response_mode",
    ];

    private static readonly string[] Values =
    [
        "", " ", "%", "%zz", "%0", "%00", "%ff%fe", "%c0%af", "%ed%a0%80", "%0d%0aSet-Cookie:a=b", "+", "a+b", "\0", "é", "🎵", "true",
        "authorization_code", "refresh_token", "client_credentials", "password", "code", "token", "id_token", "S256", "plain", "none",
        "https://app.example/callback", "https://app.example/callback?kind=1%23x", "https://app.example/callback?kind=1/../evil",
        "https://app.example.evil.example/callback?kind=1", "https://app.example@evil.example/callback?kind=1",
        "https://evil.example/", "//evil.example", "/\\evil.example", "http://127.0.0.1:1/callback", "javascript:alert(1)", "data:,x",
        "/authorize?x", "/account/../..//evil.example", "streaming", "streaming streaming", "streaming%20unknown", "-1", "1e999",
        "'\"><script>", "' OR 1=1 --", "{}", "[]", "null", "%F0%9F%8E%B5", "%e2%80%ae", "..%2f..%2f", "%22", "%5c", "~-._",
    ];

    private static readonly string?[] ContentTypes =
    [
        FormType, FormType, FormType, FormType, $"{FormType}; charset=utf-8", $"{FormType}; charset=utf-7", $"{FormType}; charset=bogus",
        $"{FormType}; charset=\"", $"{FormType}; charset=utf-16", "multipart/form-data", "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=", $"multipart/form-data; boundary={new string('b', 200)}", "application/json", "text/plain", "*/*",
        "nonsense", "", null,
    ];

    private readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Random.Shared.Next();
    private AccountsServer accounts = null!;
    private (string Id, string Secret) app;
    private string refreshToken = null!;
    private string code = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
        app = await accounts.RegisterAsync();
        code = (await accounts.AuthorizeAsync(app.Id))["code"]!;
        var (_, tokens) = await accounts.TokenAsync(
            app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri));
        refreshToken = (string)tokens["refresh_token"]!;
        code = (await accounts.AuthorizeAsync(app.Id))["code"]!;
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Theory]
    [InlineData("/api/token")]
    [InlineData("/api/revoke")]
    public Task The_token_and_revocation_endpoints_answer_any_request_with_a_token_or_an_error_of_RFC_6749(string path) =>
        RunAsync(async random =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            SetBody(request, random, path == "/api/revoke"
                ? [("token", refreshToken), ("client_id", app.Id), ("client_secret", app.Secret)]
                : Grant(random));
            SetAuthorization(request, random);
            using var response = await SendAsync(accounts.Server.Http, request);
            if (response is null) return;
            var body = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.OK) return;
            Assert.True((int)response.StatusCode is >= 400 and < 500, $"{response.StatusCode} {body} for {Describe(request)}");
            Assert.True(response.Headers.CacheControl?.NoStore, "no-store is missing");
            var error = JsonNode.Parse(body)!;
            Assert.Contains((string?)error["error"], Errors);
            // RFC 6749 §5.2: printable ASCII without quotes and backslashes.
            Assert.Matches(@"^[\x20-\x21\x23-\x5B\x5D-\x7E]+\z", (string?)error["error_description"]);
            if (response.StatusCode == HttpStatusCode.Unauthorized) Assert.NotEmpty(response.Headers.WwwAuthenticate);
        });

    [Fact]
    public async Task The_authorization_endpoint_redirects_only_to_registered_addresses()
    {
        using var stranger = AccountsServer.NewBrowser(accounts.Server);
        await RunAsync(async random =>
        {
            var query = Encode(Mutate(random, [
                ("response_type", "code"), ("client_id", app.Id), ("redirect_uri", Uri.EscapeDataString(AccountsServer.RedirectUri)),
                ("scope", "streaming"), ("state", "s"),
            ]));
            var browser = random.Next(2) == 0 ? stranger : accounts.Browser;
            using var request = new HttpRequestMessage(
                random.Next(4) == 0 ? HttpMethod.Post : HttpMethod.Get, Address("/authorize", query));
            if (request.Method == HttpMethod.Post) SetBody(request, random, [("decision", "allow"), ("form_token", "x")]);
            using var response = await SendAsync(browser, request);
            if (response is not null) AssertIsSafe(response);
        });
    }

    [Fact]
    public async Task The_sign_in_page_redirects_only_to_this_server()
    {
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        var page = await browser.GetStringAsync("/login");
        var hidden = System.Text.RegularExpressions.Regex.Match(page, "name=\"form_token\" value=\"([^\"]+)\"").Groups[1].Value;
        await RunAsync(async random =>
        {
            var path = Address(random.Next(4) == 0 ? "/login/new" : "/login", Encode(Mutate(random, [("continue", "/account")])));
            using var request = new HttpRequestMessage(random.Next(3) == 0 ? HttpMethod.Get : HttpMethod.Post, path);
            if (request.Method == HttpMethod.Post)
            {
                SetBody(request, random, [
                    ("name", "ada"), ("password", Uri.EscapeDataString(AccountsServer.Password)), ("form_token", hidden),
                ]);
            }

            using var response = await SendAsync(browser, request);
            if (response is not null) AssertIsSafe(response);
        });
    }

    [Theory]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n\r\na")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("Content-Length: 9999999\r\n\r\na=b")]
    [InlineData("\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\na=b\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nlong")]
    public async Task Bodies_with_a_wrong_length_are_refused(string rest)
    {
        foreach (var path in new[] { "/api/token", "/api/revoke", "/login", "/authorize" })
        {
            using var client = new TcpClient();
            var address = accounts.Server.Http.BaseAddress!;
            await client.ConnectAsync(address.Host, address.Port);
            await using var stream = client.GetStream();
            await WriteAsync($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\nContent-Type: {FormType}\r\n");
            if (rest.EndsWith("long", StringComparison.Ordinal))
            {
                await WriteAsync(rest[..^4]);
                var chunk = $"10000\r\n{new string('a', 0x10000)}\r\n";
                for (var i = 0; i < 64; i++)
                    if (!await WriteAsync(chunk)) break;
            }
            else
            {
                await WriteAsync(rest);
            }

            using var reader = new StreamReader(stream);
            var status = await reader.ReadLineAsync();
            Assert.True(status?.Split(' ')[1][0] == '4', $"{path}: {status}");

            async Task<bool> WriteAsync(string text)
            {
                try
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
            }
        }
    }

    private async Task RunAsync(Func<Random, Task> run)
    {
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForAsync(0, Cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            try
            {
                await run(new Random(unchecked((seed * 397) + i)));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Enqueue($"case {i}: {e.GetType().Name} {e.Message} {e.InnerException?.Message}");
            }
        });
        Assert.True(failures.IsEmpty, $"FUZZ_SEED={seed}: {failures.Count} failures\n{string.Join('\n', failures.Take(5))}");
    }

    private List<(string Name, string Value)> Grant(Random random) => random.Next(4) switch
    {
        0 =>
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Uri.EscapeDataString(AccountsServer.RedirectUri)),
            ("client_id", app.Id), ("code_verifier", new string('v', 43)),
        ],
        1 => [("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("client_id", app.Id), ("client_secret", app.Secret)],
        2 => [("grant_type", "client_credentials"), ("client_id", app.Id), ("client_secret", app.Secret)],
        _ => [("grant_type", "client_credentials"), ("user", "ada"), ("product", "premium"), ("country", "SE")],
    };

    private static List<(string Name, string Value)> Mutate(Random random, List<(string Name, string Value)> fields)
    {
        for (var count = random.Next(4); count > 0; count--)
        {
            var at = random.Next(fields.Count + 1);
            var (name, value) = at < fields.Count ? fields[at] : (Names[random.Next(Names.Length)], Values[random.Next(Values.Length)]);
            switch (random.Next(8))
            {
                case 0: fields.Insert(at, (name, value)); break;
                case 1 when at < fields.Count: fields.RemoveAt(at); break;
                case 2: fields.Add((Values[random.Next(Values.Length)], value)); break;
                case 3: fields.Add((name, new string('x', 1 << random.Next(4, 13)))); break;
                case 4 when at < fields.Count: fields[at] = (name, value[..random.Next(value.Length + 1)]); break;
                case 5: fields.Add((Names[random.Next(Names.Length)], Values[random.Next(Values.Length)])); break;
                case 6: fields.Add(("", "")); break;
                default: if (at < fields.Count) fields[at] = (name, Values[random.Next(Values.Length)]); break;
            }
        }

        return fields;
    }

    private static string Encode(IEnumerable<(string Name, string Value)> fields) =>
        string.Join('&', fields.Select(field => field.Name.Length == 0 && field.Value.Length == 0 ? "" : $"{field.Name}={field.Value}"));

    private static void SetBody(HttpRequestMessage request, Random random, List<(string Name, string Value)> fields)
    {
        var text = Encode(Mutate(random, fields));
        var type = ContentTypes[random.Next(ContentTypes.Length)];
        if (type?.StartsWith("multipart", StringComparison.Ordinal) == true && random.Next(2) == 0)
        {
            text = string.Concat(fields.Select(field =>
                $"--b\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n"))
                + (random.Next(2) == 0 ? "--b--\r\n" : "");
        }

        var bytes = Encoding.UTF8.GetBytes(random.Next(40) switch
        {
            0 => text + string.Concat(Enumerable.Repeat("&a=b", 2000)),
            1 => text + "&x=" + new string('x', 3 << 20),
            2 => new string('&', 5000),
            3 => new string('n', 5000) + "=1",
            _ => text,
        });
        var changes = random.Next(10) == 0 && bytes.Length > 0 ? 3 : 0;
        for (var i = 0; i < changes; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        request.Content = new ByteArrayContent(bytes);
        if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (random.Next(10) == 0) request.Headers.TransferEncodingChunked = true;
        // The server does not read a refused body to its end, so that the connection cannot be used again.
        if (bytes.Length > 1 << 20) request.Headers.ConnectionClose = true;
    }

    private void SetAuthorization(HttpRequestMessage request, Random random)
    {
        string? Basic(string text) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        var header = random.Next(16) switch
        {
            0 => Basic($"{app.Id}:{app.Secret}"),
            1 => Basic($"{app.Id}:wrong"),
            2 => Basic("no colon"),
            3 => Basic(":"),
            4 => Basic($"{app.Id}:%zz%"),
            5 => Basic($"{app.Id}\0:\0"),
            6 => "Basic //////79",
            7 => "Basic !!!",
            8 => "Basic",
            9 => "Basic " + new string('A', 4000),
            10 => "Bearer x",
            11 => string.Create(CultureInfo.InvariantCulture, $"Digest username=\"{random.Next()}\""),
            _ => null,
        };
        if (header is not null) request.Headers.TryAddWithoutValidation("Authorization", header);
    }

    private static Uri Address(string path, string query) => new($"{path}?{query}", UriKind.Relative);

    // Returns null for a long body that the server has refused before it was sent.
    private static async Task<HttpResponseMessage?> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            return await client.SendAsync(request);
        }
        catch (HttpRequestException) when (request.Headers.ConnectionClose == true)
        {
            return null;
        }
    }

    private static string Describe(HttpRequestMessage request) =>
        $"{request.Method} {request.RequestUri} {request.Headers} {request.Content?.Headers.ContentType}";

    private static void AssertIsSafe(HttpResponseMessage response)
    {
        Assert.True((int)response.StatusCode < 500, $"{response.StatusCode} for {Describe(response.RequestMessage!)}");
        if (!response.Headers.TryGetValues("Location", out var locations)) return;
        var location = Assert.Single(locations);
        Assert.DoesNotContain(location, character => character is < ' ' or > '~');
        var isOwn = location.StartsWith("/login?continue=%2Fauthorize", StringComparison.Ordinal)
            || location.StartsWith("/authorize?", StringComparison.Ordinal) || location.StartsWith("/account", StringComparison.Ordinal);
        Assert.True(isOwn || location.StartsWith(AccountsServer.RedirectUri + "&", StringComparison.Ordinal), location);
        Assert.DoesNotContain('#', location);
    }
}
