using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Fixtures.Search;
using Spotify.Functions.Search;
using Xunit.Abstractions;

namespace Spotify.Functions.Tests.Search;

/// <summary>The relevance of search results over a catalog of real-looking names in many scripts.</summary>
public sealed class RelevanceTests(RelevanceTests.Catalog catalog, ITestOutputHelper output) : IClassFixture<RelevanceTests.Catalog>
{
    [Fact]
    public async Task The_right_results_come_first()
    {
        var report = await RelevanceReport.CreateAsync(catalog.Ada);
        output.WriteLine(report.ToString());
        Assert.True(report.ExactMrr >= 0.95, report.ToString());
        Assert.True(report.TypoMrr >= 0.85, report.ToString());
    }

    /// <summary>A host with <see cref="RelevanceCatalog"/> and its term dictionary.</summary>
    public sealed class Catalog : IAsyncLifetime
    {
        private LocalServer server = null!;

        /// <summary>The client of a user.</summary>
        public HttpClient Ada { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var dictionary = await RelevanceReport.BuildDictionaryAsync();
            server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<CurrentDictionary>(() => dictionary));
            foreach (var mutations in RelevanceCatalog.Mutations.Chunk(5000)) await server.WriteAsync(mutations);
            Ada = await server.SignInAsync("ada");
        }

        public async Task DisposeAsync() => await server.DisposeAsync();
    }
}
