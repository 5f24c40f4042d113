using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Spotify.Web.Functions;

namespace Spotify.Cloud;

/// <summary>The path templates of the load balancer, derived from the endpoints that functions map.</summary>
internal static class RouteTable
{
    /// <summary>Returns the distinct templates of a function's endpoints, such as <c>/v1/albums/*/tracks</c>.</summary>
    public static IReadOnlyList<string> Of(FunctionDefinition function)
    {
        var builder = WebApplication.CreateSlimBuilder();
        function.AddServices(builder.Services);
        using var app = builder.Build();
        function.MapRoutes(app);
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Select(endpoint => Template(endpoint.RoutePattern)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Returns templates in order of precedence: a literal segment precedes a wildcard.</summary>
    public static IEnumerable<(string Template, T Value)> Ordered<T>(IEnumerable<(string Template, T Value)> routes) => routes.OrderBy(
        route => string.Join('/', route.Template.Split('/').Select(segment => segment == "*" ? "1" : "0" + segment)),
        StringComparer.Ordinal);

    private static string Template(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => segment.Parts switch
        {
            [RoutePatternLiteralPart literal] => literal.Content,
            [RoutePatternParameterPart { IsCatchAll: false, IsOptional: false }] => "*",
            _ => throw new NotSupportedException($"The load balancer has no template for {pattern.RawText}."),
        }));
}
