using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Spotify.Cloud;

/// <summary>The routes of a function, as the load balancer's path templates: read from what the function itself maps.</summary>
internal static class RouteTable
{
    /// <summary>
    /// The templates of what a function maps, each once: <c>/v1/albums/*/tracks</c>. A path that other routes match too comes after them in
    /// <see cref="Ordered"/>.
    /// </summary>
    public static IReadOnlyList<string> Of(Action<IServiceCollection> add, Action<IEndpointRouteBuilder> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        add(builder.Services);
        using var app = builder.Build();
        map(app);
        return
        [
            .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Select(endpoint => Template(endpoint.RoutePattern)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Templates in the order in which they are to be tried: where one has a word and another a wildcard, the word comes first.</summary>
    public static IEnumerable<(string Template, T Value)> Ordered<T>(IEnumerable<(string Template, T Value)> routes) =>
        routes.OrderBy(route => string.Join('/', route.Template.Split('/').Select(segment => segment == "*" ? "1" : "0" + segment)), StringComparer.Ordinal);

    private static string Template(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => segment is { IsSimple: true, Parts: [RoutePatternLiteralPart literal] }
            ? literal.Content
            : segment is { IsSimple: true, Parts: [RoutePatternParameterPart { IsCatchAll: false, IsOptional: false }] }
                ? "*"
                : throw new NotSupportedException($"The load balancer has no template for {pattern.RawText}.")));
}
