using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.AccountRemovals;

/// <summary>Erases the data of removed accounts. Called by the scheduler.</summary>
public static class AccountRemovalEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/account-removals";

    /// <summary>Registers the service.</summary>
    public static IServiceCollection AddAccountRemovals(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AccountRemovalService>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapAccountRemovals(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                AccountRemovalsJson.Default.AccountRemovalsObject,
                async (AccountRemovalService removals, CancellationToken ct) => new AccountRemovalsObject(await removals.SweepAsync(ct)))
            .WithName("account-removals").WithSummary("Erase the data of removed accounts");
        return routes;
    }
}

/// <summary>The result of a sweep.</summary>
/// <param name="Erased">The number of accounts whose data were erased, for now or for good.</param>
internal sealed record AccountRemovalsObject(int Erased);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountRemovalsObject))]
internal sealed partial class AccountRemovalsJson : JsonSerializerContext;
