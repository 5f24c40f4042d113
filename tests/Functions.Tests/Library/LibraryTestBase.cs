using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Library;

/// <summary>A host with the test catalog and a manual clock, for tests that change libraries.</summary>
public abstract class LibraryTestBase : IAsyncLifetime
{
    protected ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    protected LocalServer Server { get; private set; } = null!;

    protected HttpClient Ada { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(Time));
        await Server.WriteAsync(TestCatalog.Mutations);
        Ada = await Server.SignInAsync("ada");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Sends a request with an optional JSON body.</summary>
    protected static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string? body = null) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        });

    /// <summary>Sends a request and checks its status.</summary>
    protected static async Task DoAsync(
        HttpClient client, string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await SendAsync(client, method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode} {text}");
        Assert.Equal("", text);
    }

    /// <summary>Returns the booleans in a response.</summary>
    protected static async Task<IEnumerable<bool>> BooleansAsync(HttpClient client, string path) =>
        (await client.GetJsonAsync(path)).AsArray().Select(value => value!.GetValue<bool>());

    /// <summary>Returns the ids of the items on a page.</summary>
    protected static IEnumerable<string?> Ids(JsonNode page, string member) =>
        page["items"]!.AsArray().Select(item => item!.At(member, "id"));
}
