using Spotify.Web.Functions;

namespace Spotify.Functions.NativeFlac;

/// <summary>The function <c>native-flac</c>.</summary>
public static class NativeFlacFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("native-flac", Caller.Listeners)
    {
        AddServices = services => services.AddNativeFlac(),
        MapRoutes = routes => routes.MapNativeFlac(),
        Uses = new Resources { Database = Access.Read, Objects = { ["tracks"] = Access.Write } },
        Timeout = TimeSpan.FromMinutes(2),
    };
}
