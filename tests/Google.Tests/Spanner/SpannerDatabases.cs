using System.Diagnostics.Metrics;
using Google.Cloud.Spanner.Data;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Google.Tests.Spanner;

/// <summary>Databases on the emulator, made with Google's own client.</summary>
internal static class SpannerDatabases
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    /// <summary>A new database with the product's schema on the emulator that all tests share.</summary>
    public static async Task<SpannerDatabase> CreateAsync(Action<SpannerOptions>? configure = null) =>
        Open(await CreateAsync(await SpannerEmulatorProcess.SharedAsync()), configure);

    /// <summary>Makes a database with the product's schema.</summary>
    /// <param name="name">Its id; null: one of its own.</param>
    public static async Task<SpannerOptions> CreateAsync(SpannerEmulatorProcess emulator, string? name = null)
    {
        name ??= "db-" + Guid.NewGuid().ToString("n")[..20];
        await using var instance = Connect(emulator, SpannerEmulatorProcess.Instance);
        using (var create = instance.CreateDdlCommand($"CREATE DATABASE `{name}`")) await create.ExecuteNonQueryAsync();

        await using var database = Connect(emulator, $"{SpannerEmulatorProcess.Instance}/databases/{name}");
        // File by file, in order, as a deployment applies them.
        foreach (var file in Schema.Current.Files)
        {
            var statements = file.Statements.Select(statement => statement.Sql).ToArray();
            using var apply = database.CreateDdlCommand(statements[0], statements[1..]);
            await apply.ExecuteNonQueryAsync();
        }

        return new SpannerOptions { Database = $"{SpannerEmulatorProcess.Instance}/databases/{name}", EmulatorHost = emulator.Host };
    }

    /// <summary>The adapter.</summary>
    public static SpannerDatabase Open(SpannerOptions options, Action<SpannerOptions>? configure = null, TimeProvider? time = null)
    {
        configure?.Invoke(options);
        return new SpannerDatabase(Options.Create(options), time ?? TimeProvider.System, Meters);
    }

    private static SpannerConnection Connect(SpannerEmulatorProcess emulator, string source) => new(
        new SpannerConnectionStringBuilder($"Data Source={source}", ChannelCredentials.Insecure)
        {
            Host = emulator.Host.Split(':')[0], Port = int.Parse(emulator.Host.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture),
        });
}
