using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Spanner.Tests;

/// <summary>Databases on the emulator, made and used by its REST API.</summary>
internal static class SpannerEmulator
{
    /// <summary>A database of its own, with the given schema.</summary>
    public static async Task<RestSpannerDatabase> CreateDatabaseAsync(Schema schema)
    {
        var http = (await SpannerEmulatorProcess.SharedAsync()).Rest;
        var name = "db-" + Guid.NewGuid().ToString("n")[..20];
        var databases = $"{SpannerEmulatorProcess.Instance}/databases";
        await RestSpannerDatabase.PostAsync(http, databases, new JsonObject { ["createStatement"] = $"CREATE DATABASE `{name}`" }, default);
        // File by file, in order, as a deployment applies them.
        foreach (var file in schema.Files)
            await RestSpannerDatabase.SendAsync(
                http, HttpMethod.Patch, $"{databases}/{name}/ddl", new JsonObject { ["statements"] = new JsonArray([.. file.Statements.Select(statement => (JsonNode)statement.Sql)]) }, default);
        return new RestSpannerDatabase(http, $"{databases}/{name}");
    }
}
