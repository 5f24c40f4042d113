using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Google.Warehouse;

namespace Spotify.Google.Tests.Warehouse;

public sealed class WarehouseServicesTests
{
    [Fact]
    public async Task Opens_the_configured_dataset()
    {
        await using var server = await BigQueryServer.StartAsync();
        using var host = Host(("BIGQUERY_EMULATOR_HOST", server.Address["http://".Length..]));
        await host.StartAsync();
        var runs = WarehouseSchema.Current.Table("daily_runs");
        await host.Services.GetRequiredService<IWarehouse>().AppendAsync(
            runs, [runs.Row(DateTimeOffset.UnixEpoch, ("calculated_at", DateTimeOffset.UnixEpoch), ("source_rows", 0L))], default);
        Assert.Single(server.Of(BigQueryOperation.Append));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Warehouse:Project", "")]
    [InlineData("Warehouse:Dataset", "a-b")]
    [InlineData("Warehouse:Location", "")]
    [InlineData("Warehouse:MaxQueryBytes", "1000")]
    [InlineData("Warehouse:AppendDeadline", "00:00:00")]
    [InlineData("Warehouse:QueryDeadline", "13:00:00")]
    [InlineData("Warehouse:MaxTries", "0")]
    [InlineData("Warehouse:MinBackoff", "00:01:00")]
    public async Task Does_not_start_with_an_invalid_setting_and_names_it(string setting, string value)
    {
        using var host = Host((setting, value), ("BIGQUERY_EMULATOR_HOST", "127.0.0.1:1"));
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith(setting + " ", Assert.Single(failure.Failures));
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Warehouse:Project"] = BigQueryServer.Project,
            ["Warehouse:Dataset"] = BigQueryServer.Dataset,
            ["Warehouse:Location"] = BigQueryServer.Location,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddBigQuery();
        return builder.Build();
    }
}
