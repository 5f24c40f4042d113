using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Cloud.Firestore;
using Grpc.Core;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.LiveDocuments;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>
/// The security rules on Firestore's emulator. It does not verify signatures, so that these tests cannot show that tokens of others are
/// refused.
/// </summary>
public sealed class FirestoreRulesTests : IAsyncLifetime
{
    private const string Ada = "ada";
    private const long ValidSince = 1_798_718_400;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly string project = FirestoreClients.NewProject();
    private FirestoreEmulator emulator = null!;
    private FirestorePlayerStates states = null!;
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        Skip.If(FirestoreEmulator.Missing is not null, FirestoreEmulator.Missing);
        emulator = await FirestoreEmulator.GetAsync();
        states = FirestoreClients.States(project, emulator.Host);
        http = new HttpClient { BaseAddress = new Uri($"http://{emulator.Host}/v1/projects/{project}/databases/(default)/") };
        foreach (var id in new[] { Ada, "bob", "a/b" }) await WriteAsync(id, ValidSince);
    }

    public Task DisposeAsync()
    {
        http?.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task A_listener_reads_the_own_document()
    {
        var document = JsonNode.Parse(await SendAsync(HttpStatusCode.OK, "documents/players/ada", Token(Ada)))!;
        Assert.Equal("{}", (string?)document["fields"]!["state"]!["stringValue"]);
    }

    [SkippableTheory]
    [InlineData("documents/players/bob")]
    [InlineData("documents/players/nobody")]
    [InlineData("documents/players")]
    [InlineData("documents/players/ada/devices")]
    [InlineData("documents/players/ada/devices/phone")]
    [InlineData("documents/users/ada")]
    [InlineData("documents/ada/players")]
    public Task Nothing_else_can_be_read(string path) => SendAsync(HttpStatusCode.Forbidden, path, Token(Ada));

    [SkippableFact]
    public Task A_missing_document_cannot_be_read() =>
        SendAsync(HttpStatusCode.Forbidden, "documents/players/nobody", Token("nobody"));

    [SkippableFact]
    public async Task Signed_out_nothing_can_be_read()
    {
        await SendAsync(HttpStatusCode.Forbidden, "documents/players/ada", token: null);
        await SendAsync(HttpStatusCode.Forbidden, "documents/players", token: null);
    }

    [SkippableTheory]
    [InlineData(1, 1, HttpStatusCode.OK)]
    [InlineData(3600, 1, HttpStatusCode.OK)]
    [InlineData(0, 0, HttpStatusCode.Forbidden)]
    [InlineData(-1, -1, HttpStatusCode.Forbidden)]
    // A live token of before the sign-out, exchanged after it.
    [InlineData(1, 0, HttpStatusCode.Forbidden)]
    [InlineData(1, -3600, HttpStatusCode.Forbidden)]
    [InlineData(0, 1, HttpStatusCode.Forbidden)]
    // A sign-in with the password.
    [InlineData(1, null, HttpStatusCode.Forbidden)]
    public Task Tokens_of_before_the_last_sign_out_are_refused(int authTime, int? issuedAt, HttpStatusCode expected) => SendAsync(
        expected, "documents/players/ada", Tokens.Of(Ada, ValidSince + authTime, issuedAt is { } time ? ValidSince + time : null));

    [SkippableFact]
    public async Task A_user_whose_id_equals_the_encoded_id_of_another_cannot_read_that_document()
    {
        Assert.NotNull(await states.ReadAsync("a/b", default));
        await SendAsync(HttpStatusCode.OK, "documents/players/a%252Fb", Tokens.Owner);
        await SendAsync(HttpStatusCode.Forbidden, "documents/players/a%252Fb", Token("a%2Fb"));
        await SendAsync(HttpStatusCode.Forbidden, "documents/players/a%252Fb", Token("a/b"));
    }

    [SkippableFact]
    public async Task Queries_are_refused_even_for_the_own_document()
    {
        const string all = """{"from":[{"collectionId":"players"}]}""";
        var own = JsonNode.Parse(all)!;
        own["where"] = new JsonObject
        {
            ["fieldFilter"] = new JsonObject
            {
                ["field"] = new JsonObject { ["fieldPath"] = "__name__" },
                ["op"] = "EQUAL",
                ["value"] = new JsonObject
                {
                    ["referenceValue"] = $"projects/{project}/databases/(default)/documents/players/ada",
                },
            },
        };
        await QueryAsync(all);
        await QueryAsync(own.ToJsonString());
        await QueryAsync("""{"from":[{"collectionId":"players","allDescendants":true}]}""");

        Task QueryAsync(string query) => SendAsync(
            HttpStatusCode.Forbidden,
            $"{http.BaseAddress}documents:runQuery",
            Token(Ada),
            HttpMethod.Post,
            "{\"structuredQuery\":" + query + "}");
    }

    [SkippableFact]
    public async Task Clients_cannot_write()
    {
        const string document = """{"fields":{"state":{"stringValue":"forged"},"valid_since":{"integerValue":"0"}}}""";
        foreach (var token in new[] { Token(Ada), null })
        {
            await SendAsync(HttpStatusCode.Forbidden, "documents/players/ada", token, HttpMethod.Patch, document);
            await SendAsync(HttpStatusCode.Forbidden, "documents/players/ada", token, HttpMethod.Delete);
            await SendAsync(HttpStatusCode.Forbidden, "documents/players?documentId=new", token, HttpMethod.Post, document);
            await SendAsync(HttpStatusCode.Forbidden, "documents/players/ada/devices/phone", token, HttpMethod.Patch, document);
            await SendAsync(HttpStatusCode.Forbidden, "documents/users/ada", token, HttpMethod.Patch, document);
        }

        Assert.Equal("{}", (await states.ReadAsync(Ada, default))!.State);
    }

    [SkippableFact]
    public async Task A_listener_sees_each_change_of_the_own_document()
    {
        var (listener, revisions) = await ListenAsync(Ada, Token(Ada));
        Assert.Equal(1, await NextAsync(listener, revisions));
        await WriteAsync(Ada, ValidSince);
        Assert.Equal(2, await NextAsync(listener, revisions));
        await listener.StopAsync();
    }

    [SkippableFact]
    public async Task Listening_to_the_document_of_another_is_refused()
    {
        var (listener, _) = await ListenAsync("bob", Token(Ada));
        await AssertRefusedAsync(listener);
    }

    [SkippableFact]
    public async Task After_a_sign_out_listening_ends_and_cannot_begin_again()
    {
        var (listener, revisions) = await ListenAsync(Ada, Token(Ada));
        Assert.Equal(1, await NextAsync(listener, revisions));
        await WriteAsync(Ada, ValidSince + 7200);
        await AssertRefusedAsync(listener);
        await AssertRefusedAsync((await ListenAsync(Ada, Token(Ada))).Listener);
    }

    private static string Token(string uid) => Tokens.Of(uid, ValidSince + 3600, ValidSince + 3000);

    private static async Task AssertRefusedAsync(FirestoreChangeListener listener)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => listener.ListenerTask.WaitAsync(Timeout));
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    private static async Task<long> NextAsync(FirestoreChangeListener listener, ChannelReader<long> revisions)
    {
        var next = revisions.ReadAsync().AsTask();
        await (await Task.WhenAny(next, listener.ListenerTask).WaitAsync(Timeout));
        return await next.WaitAsync(Timeout);
    }

    private async Task<(FirestoreChangeListener Listener, ChannelReader<long> Revisions)> ListenAsync(string user, string token)
    {
        var database = await new FirestoreDbBuilder
        {
            ProjectId = project,
            Endpoint = emulator.Host,
            ChannelCredentials = ChannelCredentials.Insecure,
            Settings = Tokens.SettingsOf(token),
        }.BuildAsync();
        var revisions = Channel.CreateUnbounded<long>();
        var listener = database.Document($"players/{user}").Listen(
            snapshot => revisions.Writer.TryWrite(snapshot.Exists ? snapshot.GetValue<long>("revision") : 0));
        return (listener, revisions.Reader);
    }

    private async Task WriteAsync(string userId, long validSince)
    {
        var read = await states.ReadAsync(userId, default);
        var next = new PlayerDocument((read?.Revision ?? 0) + 1, "{}") { ValidSince = DateTimeOffset.FromUnixTimeSeconds(validSince) };
        Assert.True(await states.TryWriteAsync(userId, read, next, default));
    }

    private async Task<string> SendAsync(
        HttpStatusCode expected, string path, string? token, HttpMethod? method = null, string? body = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{request.Method} {path}: {response.StatusCode}, {text}");
        return text;
    }
}
