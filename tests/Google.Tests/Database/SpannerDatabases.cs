using System.Diagnostics.Metrics;
using System.Globalization;
using Google.Cloud.Spanner.Data;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;
using Spotify.Hosting.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>A factory of databases on the emulator, with Google's client library.</summary>
internal static class SpannerDatabases
{
    private static readonly IMeterFactory Meters =
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    /// <summary>Creates a database with the product's schema on the emulator that all tests share.</summary>
    public static async Task<SpannerDatabase> CreateAsync(Action<SpannerOptions>? configure = null) =>
        Open(await CreateAsync(await SpannerEmulatorProcess.SharedAsync()), configure);

    /// <summary>Creates a database in a new instance.</summary>
    /// <param name="emulator">The emulator.</param>
    /// <param name="instance">The id of the instance; null: a random one.</param>
    /// <param name="schema">The schema; null: that of the product.</param>
    public static async Task<SpannerOptions> CreateAsync(
        SpannerEmulatorProcess emulator, string? instance = null, Schema? schema = null)
    {
        var name = await emulator.CreateInstanceAsync(instance);
        await using (var connection = Connect(emulator, name))
        {
            using var create = connection.CreateDdlCommand("CREATE DATABASE `test`");
            await create.ExecuteNonQueryAsync();
        }

        var options = new SpannerOptions { Database = $"{name}/databases/test", EmulatorHost = emulator.Host };
        // File by file, in order, as a deployment applies them.
        foreach (var file in (schema ?? Schema.Current).Files)
            await ApplyAsync(emulator, options, [.. file.Statements.Select(statement => statement.Sql)]);
        return options;
    }

    /// <summary>Applies DDL statements as one batch.</summary>
    public static async Task ApplyAsync(SpannerEmulatorProcess emulator, SpannerOptions options, params string[] statements)
    {
        await using var database = Connect(emulator, options.Database!);
        using var apply = database.CreateDdlCommand(statements[0], statements[1..]);
        await apply.ExecuteNonQueryAsync();
    }

    /// <summary>Creates the adapter.</summary>
    public static SpannerDatabase Open(SpannerOptions options, Action<SpannerOptions>? configure = null, TimeProvider? time = null)
    {
        configure?.Invoke(options);
        return new SpannerDatabase(Options.Create(options), new Credentials(), time ?? TimeProvider.System, Meters);
    }

    private static SpannerConnection Connect(SpannerEmulatorProcess emulator, string source) => new(
        new SpannerConnectionStringBuilder($"Data Source={source}", ChannelCredentials.Insecure)
        {
            Host = emulator.Host.Split(':')[0],
            Port = int.Parse(emulator.Host.Split(':')[1], CultureInfo.InvariantCulture),
        });
}
