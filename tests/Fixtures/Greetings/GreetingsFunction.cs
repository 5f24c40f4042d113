using Spotify.Web.Functions;

namespace Spotify.Functions.Greetings;

/// <summary>The function <c>greetings</c>.</summary>
public static class GreetingsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("greetings", Caller.Listeners)
    {
        MapRoutes = routes => routes.MapGreetings(),
        Uses = new Resources { Database = Access.Read },
    };
}
