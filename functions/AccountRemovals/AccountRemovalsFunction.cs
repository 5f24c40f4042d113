using Spotify.Web.Functions;

namespace Spotify.Functions.AccountRemovals;

/// <summary>The function <c>account-removals</c>.</summary>
public static class AccountRemovalsFunction
{
    /// <summary>The definition. Everything that it erases is in the database; objects are left to <c>object-removals</c>.</summary>
    public static FunctionDefinition Definition { get; } = new("account-removals", Caller.Scheduler)
    {
        AddServices = services => services.AddAccountRemovals(),
        MapRoutes = routes => routes.MapAccountRemovals(),
        Uses = new Resources { Database = Access.Write, SignIn = Access.Write },
        Schedules = [new Schedule("account-removals", AccountRemovalEndpoints.Path, "*/10 * * * *")],
        Timeout = TimeSpan.FromMinutes(9),
    };
}
