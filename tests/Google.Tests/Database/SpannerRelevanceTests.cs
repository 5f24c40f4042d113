using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Fixtures.Search;
using Spotify.Functions.Search;
using Spotify.Google.Database;
using Xunit.Abstractions;

namespace Spotify.Google.Tests.Database;

/// <summary>
/// The relevance of search results on Spanner's emulator. The environment variable <c>SPOTIFY_RELEVANCE_QUERIES</c> is the number of
/// queries, which are taken from all categories. Few by default: each takes ten seconds, because the emulator evaluates searches on the
/// whole table.
/// </summary>
public sealed class SpannerRelevanceTests(ITestOutputHelper output)
{
    private const int MutationsPerCommit = 1000;

    private static readonly int Count =
        int.Parse(Environment.GetEnvironmentVariable("SPOTIFY_RELEVANCE_QUERIES") ?? "2", CultureInfo.InvariantCulture);

    [SkippableFact]
    public async Task The_right_results_come_first()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        var database = await SpannerDatabases.CreateAsync(options => options.ReadDeadline = TimeSpan.FromMinutes(5));
        foreach (var mutations in RelevanceCatalog.Mutations.Chunk(MutationsPerCommit)) await database.CommitAsync(mutations, default);
        var dictionary = await RelevanceReport.BuildDictionaryAsync();
        await using var server = await LocalServer.StartAsync(builder =>
        {
            // The emulator does one thing at a time, and scheduled calls would rebuild the search documents.
            foreach (var runner in builder.Services.Where(service => service.ImplementationType?.Name == "ScheduleRunner").ToList())
                builder.Services.Remove(runner);
            builder.Services
                .AddSingleton<CurrentDictionary>(() => dictionary)
                .AddSingleton<IDatabase>(database)
                .AddSingleton<ISearchIndex>(new SpannerSearchIndex(database));
        });
        using var ada = await server.SignInAsync("ada");
        var step = Math.Max(1, RelevanceQueries.All.Count / Count);
        var report = await RelevanceReport.CreateAsync(ada, RelevanceQueries.All.Where((_, i) => i % step == 0));
        output.WriteLine(report.ToString());
        Assert.True(report.TotalMrr >= 0.85, report.ToString());
    }
}
