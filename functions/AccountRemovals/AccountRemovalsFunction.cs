using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Player.Live;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.AccountRemovals;

/// <summary>The function <c>account-removals</c>.</summary>
public static class AccountRemovalsFunction
{
    /// <summary>The path that the scheduler calls.</summary>
    public const string Path = "/tasks/account-removals";

    /// <summary>
    /// The definition. Everything that it erases is in the database and in live documents; objects are left to <c>object-removals</c>.
    /// </summary>
    public static FunctionDefinition Definition { get; } = new("account-removals", Caller.Scheduler)
    {
        AddServices = services => services.AddAccountRemovals(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Erase the data of removed accounts",
            async (AccountRemovalService removals, CancellationToken ct) => new JsonObject { ["erased"] = await removals.SweepAsync(ct) }),
        Uses = new Resources { Database = Access.Write, LiveDocuments = Access.Write, SignIn = Access.Write },
        Schedules = [new Schedule("account-removals", Path, "*/10 * * * *")],
        Timeout = TimeSpan.FromMinutes(9),
    };

    /// <summary>Registers the service.</summary>
    public static IServiceCollection AddAccountRemovals(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PlayerAccess>();
        services.TryAddSingleton<AccountRemovalService>();
        return services;
    }
}
