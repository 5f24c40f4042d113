using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Spanner.Tests;

/// <summary>A factory of databases on the emulator, through its REST API.</summary>
internal static class SpannerEmulator
{
    /// <summary>Creates a database with a schema, on a new instance.</summary>
    public static async Task<RestSpannerDatabase> CreateDatabaseAsync(Schema schema)
    {
        const string name = "test";
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var databases = $"{await emulator.CreateInstanceAsync()}/databases";
        var create = new JsonObject { ["createStatement"] = $"CREATE DATABASE `{name}`" };
        await RestSpannerDatabase.PostAsync(emulator.Rest, databases, create, default);

        // The files are applied one by one, as in a deployment.
        foreach (var file in schema.Files)
        {
            var statements = new JsonArray([.. file.Statements.Select(statement => (JsonNode)statement.Sql)]);
            var update = new JsonObject { ["statements"] = statements };
            await RestSpannerDatabase.SendAsync(emulator.Rest, HttpMethod.Patch, $"{databases}/{name}/ddl", update, default);
        }

        return new RestSpannerDatabase(emulator.Rest, $"{databases}/{name}");
    }
}
