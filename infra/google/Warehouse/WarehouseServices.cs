using Google.Cloud.BigQuery.V2;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Warehouse;

namespace Spotify.Google.Warehouse;

/// <summary>Registration of <see cref="BigQueryWarehouse"/>.</summary>
public static class WarehouseServices
{
    /// <summary>Adds <see cref="IWarehouse"/> with <see cref="WarehouseOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddBigQuery(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton(provider => Connect(
            provider.GetRequiredService<IOptions<WarehouseOptions>>().Value, provider.GetRequiredService<Credentials>()));
        return services
            .AddAdapterOptions<WarehouseOptions, WarehouseOptionsValidator>(
                WarehouseOptions.Section,
                (options, configuration) => options.EmulatorHost = configuration[WarehouseOptions.EmulatorVariable])
            .AddAdapter<IWarehouse, BigQueryWarehouse>((warehouse, ct) => warehouse.OpenAsync(ct));
    }

    /// <summary>Creates a client that neither retries nor times out, because the adapter does both.</summary>
    internal static BigQueryClient Connect(WarehouseOptions options, Credentials credentials)
    {
        var builder = new BigQueryClientBuilder { ProjectId = options.Project, DefaultLocation = options.Location };
        if (options.EmulatorHost is { Length: > 0 } emulator)
        {
            builder.BaseUri = $"{(emulator.Contains("://") ? emulator : "http://" + emulator).TrimEnd('/')}/bigquery/v2/";
            // The client cannot be built without credentials.
            builder.ApiKey = "none";
        }
        else
        {
            builder.GoogleCredential = credentials.For(null);
        }

        var client = builder.Build();
        client.Service.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        client.Service.HttpClient.MessageHandler.NumTries = 1;
        return client;
    }
}
