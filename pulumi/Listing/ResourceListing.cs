using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pulumi;
using Pulumi.Testing;

namespace Spotify.Cloud.Listing;

/// <summary>
/// The command <c>resources</c>, which prints the resources that a stack registers, without network and credentials: a JSON array of type,
/// name and inputs as the provider receives them.
/// </summary>
internal static class ResourceListing
{
    private const string Usage = "Usage: dotnet run --project pulumi -- resources STACK [--config KEY=VALUE]...";

    // 16 bytes. Stack files contain secrets in encrypted form only.
    private const string PlaceholderKey = "AAAAAAAAAAAAAAAAAAAAAA==";
    private static readonly string Ciphertext = Convert.ToBase64String(new byte[113]);

    // The version is set once the images have been built.
    private const string PlaceholderVersion = "VERSION";

    // Pulumi's form of assets and archives. Their content is not printed.
    private const string Signature = "4dabf18193072939515e22adb298388d";
    private const string AssetSignature = "c44067f5952c0a294b673a41bacd8c17";
    private const string ArchiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments: the stack, and settings that replace or complete those of its file.</param>
    /// <returns>The exit code: 0, or 1 with one line on <paramref name="error"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            var resources = await RegisterAsync(args);
            var list = new JsonArray([.. resources.Select(resource => (JsonNode)new JsonObject
            {
                ["type"] = resource.Type,
                ["name"] = resource.Name,
                ["inputs"] = Json(resource.Inputs),
            })]);
            await output.WriteLineAsync(list.ToJsonString(Format));
            return 0;
        }
        catch (RunException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<ImmutableArray<Registration>> RegisterAsync(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args[0].StartsWith('-')) throw new RunException(Usage);
        var config = StackFile.Read(args[0]);
        for (var i = 1; i < args.Count; i += 2)
        {
            if (args[i] != "--config" || i + 1 == args.Count || args[i + 1].Split('=', 2) is not [var key, var value])
                throw new RunException(Usage);
            config = config.SetItem(key.Contains(':', StringComparison.Ordinal) ? key : $"{StackFile.ProjectOf(args[0])}:{key}", value);
        }

        if (!config.ContainsKey("spotify:version")) config = config.SetItem("spotify:version", PlaceholderVersion);
        config = config
            .SetItems(Names(config, "cdnKeyNames").Select(key => KeyValuePair.Create($"spotify:cdnKey-{key}", PlaceholderKey)))
            .SetItems(Names(config, "tokenKeyNames").Select(key => KeyValuePair.Create($"spotify:tokenKey-{key}", PlaceholderPem())))
            .SetItems(Names(config, "licenseKeyNames").Select(key => KeyValuePair.Create($"spotify:licenseKey-{key}", PlaceholderPem())))
            .SetItems(Names(config, "masterKeyNames").Select(key => KeyValuePair.Create($"spotify:masterKey-{key}", Ciphertext)));
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(config));
        var cloud = new SimulatedCloud(config.GetValueOrDefault("gcp:project", ""));
        var options = new TestOptions
        {
            ProjectName = StackFile.ProjectOf(args[0]), StackName = Path.GetFileName(args[0]), IsPreview = false,
        };
        await Deployment.TestAsync(cloud, options, () => CloudProgram.DeployAsync(CloudFunction.All, Checkout.Root, cloud));
        return cloud.Registered;
    }

    // A valid key, because settings are validated, and always the same one, because listings are compared.
    private static string PlaceholderPem()
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[31], 1] });
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string[] Names(ImmutableDictionary<string, string> config, string setting)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(config.GetValueOrDefault($"spotify:{setting}", "[]")) ?? [];
        }
        catch (JsonException)
        {
            throw new RunException($"spotify:{setting} is not a list of names.");
        }
    }

    private static JsonNode? Json(object? value) => value switch
    {
        ImmutableDictionary<string, object> map => new JsonObject(
            map.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, Json(member.Value)))),
        ImmutableArray<object> list => new JsonArray([.. list.Select(Json)]),
        Asset => new JsonObject { [Signature] = AssetSignature },
        Archive => new JsonObject { [Signature] = ArchiveSignature },
        string text => JsonValue.Create(text),
        double number => JsonValue.Create(number),
        bool truth => JsonValue.Create(truth),
        null => null,
        _ => throw new NotSupportedException($"{value.GetType()} is not an input."),
    };
}
