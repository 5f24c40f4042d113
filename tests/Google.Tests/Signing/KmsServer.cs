using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spotify.Google.Tests.Signing;

/// <summary>Cloud KMS on a loopback port: the decryption of the REST API, version 1.</summary>
internal sealed class KmsServer : IAsyncDisposable
{
    public const string Key = "projects/p/locations/global/keyRings/licensing/cryptoKeys/master-keys";

    private readonly ConcurrentDictionary<string, (byte[] Plaintext, string Id)> wrapped = [];
    private readonly WebApplication server;
    private int calls;

    private KmsServer(WebApplication server) => this.server = server;

    /// <summary>The address.</summary>
    public string Address => server.Urls.Single();

    /// <summary>The number of calls.</summary>
    public int Calls => calls;

    /// <summary>Answers the nth call, from 1, in place of the decryption.</summary>
    public Func<int, HttpContext, Task<bool>> Intercept { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Changes the responses.</summary>
    public Action<JsonObject> Damage { get; set; } = _ => { };

    public static async Task<KmsServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var kms = new KmsServer(builder.Build());
        kms.server.Run(kms.AnswerAsync);
        await kms.server.StartAsync();
        return kms;
    }

    /// <summary>Encrypts a key, as <c>gcloud kms encrypt</c> does.</summary>
    /// <param name="plaintext">The key.</param>
    /// <param name="id">The additional authenticated data.</param>
    public string Wrap(byte[] plaintext, string id)
    {
        var ciphertext = Convert.ToBase64String(RandomNumberGenerator.GetBytes(101));
        wrapped[ciphertext] = (plaintext, id);
        return ciphertext;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Intercept(Interlocked.Increment(ref calls), context)) return;
        if (context.Request.Path != $"/v1/{Key}:decrypt" || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var (ciphertext, id) = ((string)body["ciphertext"]!, Convert.FromBase64String((string)body["additionalAuthenticatedData"]!));
        var intact = (string)body["ciphertextCrc32c"]! == Crc32C(Convert.FromBase64String(ciphertext))
            && (string)body["additionalAuthenticatedDataCrc32c"]! == Crc32C(id);
        if (!intact || !wrapped.TryGetValue(ciphertext, out var key) || key.Id != Encoding.UTF8.GetString(id))
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":{"code":400,"message":"Decryption failed","status":"INVALID_ARGUMENT"}}""");
            return;
        }

        var response = new JsonObject
        {
            ["plaintext"] = Convert.ToBase64String(key.Plaintext),
            ["plaintextCrc32c"] = Crc32C(key.Plaintext),
            ["usedPrimary"] = true,
            ["protectionLevel"] = "SOFTWARE",
        };
        Damage(response);
        await context.Response.WriteAsync(response.ToJsonString());
    }

    // Bit by bit, independent of the adapter: the reversed polynomial of Castagnoli.
    private static string Crc32C(byte[] bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++) register = (register >> 1) ^ ((register & 1) * 0x82F63B78);
        }

        return (~register).ToString(CultureInfo.InvariantCulture);
    }
}
