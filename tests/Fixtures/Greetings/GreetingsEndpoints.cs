using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Spotify.Web.Identity;

namespace Spotify.Functions.Greetings;

/// <summary>The endpoints that greet listeners.</summary>
public static class GreetingsEndpoints
{
    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapGreetings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/greetings/{name}", Greet).WithTags("Greetings").WithName("get-greeting").WithSummary("Get Greeting")
            .RequireNoScope();
        return routes;
    }

    private static Ok<string> Greet(string name) => TypedResults.Ok($"Hello, {name}");
}
