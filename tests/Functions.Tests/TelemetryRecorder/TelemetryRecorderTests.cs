using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.TelemetryRecorder;

public sealed class TelemetryRecorderTests
{
    private static readonly WarehouseStatement All = new(
        "SELECT event_id, listener_id, market, type, uri, context_uri, device_id, app_id FROM telemetry_once WHERE date >= @date",
        ("date", ColumnType.Date));

    [Fact]
    public async Task Telemetry_is_recorded_once_without_personal_data()
    {
        await using var server = await LocalServer.StartAsync();
        using var ada = await server.SignInAsync("ada");
        using var bob = await server.SignInAsync("bob", country: "US");
        string[] events =
        [
            Event("1", "\"type\":\"ui\",\"device_id\":\"phone\",\"uri\":\"spotify:user:ada\""),
            Event("2", "\"type\":\"skip\",\"uri\":\"spotify:track:4uLU6hMCjMI75M1A2tKUQC\",\"context_uri\":\"spotify:user:ada\""),
        ];
        // Events that are reported twice, and the same ids of another user.
        foreach (var client in new[] { ada, ada, bob })
        {
            using var content = new StringContent($"{{\"events\":[{string.Join(',', events)}]}}");
            Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("/v1/events", content)).StatusCode);
        }

        var warehouse = server.Services.GetRequiredService<IWarehouse>();
        var parameters = new Parameters { { "date", DateOnly.FromDateTime(DateTime.UtcNow.AddDays(-1)) } };
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        List<Row> rows;
        do
        {
            rows = await warehouse.QueryAsync(All, parameters, timeout.Token).ToListAsync(timeout.Token);
        }
        while (rows.Count < 4);

        Assert.Equal(4, rows.Select(row => row.String("event_id")).Distinct().Count());
        Assert.Equal(["SE skip", "SE ui", "US skip", "US ui"], rows.Select(row => $"{row.String("market")} {row.String("type")}").Order());
        foreach (var row in rows)
        {
            Assert.All(["listener_id", "device_id", "context_uri"], column => Assert.True(row.IsNull(column)));
            Assert.Equal(row.String("type") == "ui", row.IsNull("uri"));
            Assert.Equal("local", row.String("app_id"));
        }
    }

    private static string Event(string id, string members) =>
        $$"""{"id":"{{id}}","timestamp":"{{DateTime.UtcNow:O}}",{{members}}}""";
}
