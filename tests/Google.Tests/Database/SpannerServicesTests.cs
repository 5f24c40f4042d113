using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>The start of an instance with Spanner.</summary>
public sealed class SpannerServicesTests
{
    [Theory]
    [InlineData(null, null, "Spanner:Database must be projects/P/instances/I/databases/D, not ''")]
    [InlineData("Spanner:Database", "catalog", "Spanner:Database must be projects/P/instances/I/databases/D, not 'catalog'")]
    [InlineData("Spanner:Database", "projects/p/instances/i/databases/d;Host=evil", "Spanner:Database must be")]
    [InlineData("Spanner:ReadDeadline", "00:00:00", "Spanner:ReadDeadline must be 00:00:01 to 01:00:00, not 00:00:00")]
    [InlineData("Spanner:CommitDeadline", "1.00:00:00", "Spanner:CommitDeadline must be")]
    [InlineData("Spanner:MinSessions", "-1", "Spanner:MinSessions must be 0 or more, not -1")]
    [InlineData("Spanner:MaxSessions", "2", "Spanner:MaxSessions must be 1 or more and at least MinSessions, not 2")]
    [InlineData("SPANNER_EMULATOR_HOST", "localhost", "SPANNER_EMULATOR_HOST must be HOST:PORT, not 'localhost'")]
    public async Task An_instance_with_an_invalid_setting_does_not_start_and_names_it(string? setting, string? value, string message)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Spanner:Database"] = setting is null ? null : "projects/p/instances/i/databases/d",
        };
        if (setting is not null) settings[setting] = value;
        using var host = Build(settings);
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(message, refusal.Message);
    }

    [SkippableFact]
    public async Task An_instance_opens_its_database_before_it_serves()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var options = await SpannerDatabases.CreateAsync(emulator);
        var outcomes = new List<string>();
        using var host = Build(new() { ["Spanner:Database"] = options.Database, ["SPANNER_EMULATOR_HOST"] = emulator.Host });
        using var listener = Listen(host.Services, outcomes);
        await host.StartAsync();
        Assert.Equal(["open ok"], outcomes);

        var database = host.Services.GetRequiredService<IDatabase>();
        Assert.Same(host.Services.GetRequiredService<SpannerDatabase>(), database);
        Assert.IsType<SpannerSearchIndex>(host.Services.GetRequiredService<ISearchIndex>());
        var artists = Schema.Current.Table("Artists");
        await Assert.ThrowsAsync<RowMissingException>(() => database.CommitAsync([Mutation.Update(artists, ("ArtistId", "a"))], default));
        Assert.Null(await database.ReadAsync(artists, new Key("a"), null, default));
        Assert.Equal(["open ok", "commit not_found", "read ok"], outcomes);
        await host.StopAsync();
    }

    [SkippableFact]
    public async Task An_instance_without_its_database_does_not_start_and_names_it()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var missing = $"{await emulator.CreateInstanceAsync()}/databases/nowhere";
        using var host = Build(new() { ["Spanner:Database"] = missing, ["SPANNER_EMULATOR_HOST"] = emulator.Host });
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.StartsWith($"Spanner:Database {missing} cannot be opened: Database not found", refusal.Message);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSpanner();
        return builder.Build();
    }

    private static MeterListener Listen(IServiceProvider services, List<string> outcomes)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                // Other tests have meters of the same name.
                if (instrument.Meter.Name == SpannerDatabase.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Assert.True(seconds >= 0);
            outcomes.Add($"{tags[0].Value} {tags[1].Value}");
        });
        listener.Start();
        return listener;
    }
}
