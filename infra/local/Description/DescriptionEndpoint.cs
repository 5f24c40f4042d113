using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Spotify.Licensing.Jose;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Tasks;
using Spotify.Web.Wire;

namespace Spotify.Local.Description;

/// <summary>The OpenAPI description of every route, <c>/openapi/v1.json</c>. Generated from the endpoints at the first request.</summary>
internal static class DescriptionEndpoint
{
    private const string DocumentName = "v1";
    private const string Bearer = "bearer";

    // The name in the description of the Spotify Web API.
    private const string OAuth = "oauth_2_0";

    /// <summary>Registers the generator.</summary>
    public static IServiceCollection AddDescription(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, RequestDescriptionProvider>());
        return services.AddOpenApi(DocumentName, options =>
        {
            // A HEAD is answered like a GET, and ids of operations must be unique.
            options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
            options.AddSchemaTransformer((schema, _, _) => DescribeNumber(schema));
            options.AddSchemaTransformer(DescribeCompactText);
            options.AddOperationTransformer(DescribeParametersAsync);
            options.AddOperationTransformer(DescribeErrorsAsync);
            options.AddOperationTransformer(DescribeSecurityAsync);
            options.AddDocumentTransformer((document, _, _) => DescribeHost(document));
        });
    }

    /// <summary>Maps the endpoint.</summary>
    public static void MapDescription(this IEndpointRouteBuilder routes)
    {
        Task<(byte[], EntityTagHeaderValue)>? generated = null;
        routes.MapGet("/openapi/v1.json", async (HttpContext context) =>
        {
            // Generates again after a failure. Concurrent first requests may each generate the same description.
            if (generated is null or { IsFaulted: true } or { IsCanceled: true }) generated = GenerateAsync(routes.ServiceProvider);
            var (json, tag) = await generated;
            context.Response.Headers.CacheControl = "public, max-age=300";
            return TypedResults.Bytes(json, "application/json", entityTag: tag);
        }).ExcludeFromDescription();
    }

    private static async Task<(byte[] Json, EntityTagHeaderValue Tag)> GenerateAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName).GetOpenApiDocumentAsync();
        var json = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
        return (json, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json))}\""));
    }

    // The framework's JSON defaults also read numbers from strings, but clients should send numbers, and responses have nothing else.
    private static Task DescribeNumber(OpenApiSchema schema)
    {
        if (schema.Type is { } type && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }

        return Task.CompletedTask;
    }

    // The type has a converter of its own, about which the generator knows nothing.
    private static Task DescribeCompactText(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        if (context.JsonTypeInfo.Type == typeof(CompactText)) schema.Type = JsonSchemaType.String;
        return Task.CompletedTask;
    }

    private static Task DescribeParametersAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var descriptions = context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestParameter>()
            .ToDictionary(parameter => parameter.Name, parameter => parameter.Description, StringComparer.Ordinal);
        foreach (var parameter in operation.Parameters ?? [])
            if (descriptions.TryGetValue(parameter.Name!, out var description)) parameter.Description = description;
        return Task.CompletedTask;
    }

    private static async Task DescribeErrorsAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        const string name = nameof(ErrorResponse);
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(name) != true)
            document.AddComponent(name, await context.GetOrCreateSchemaAsync(typeof(ErrorResponse), cancellationToken: ct));
        foreach (var (statuses, description) in (ReadOnlySpan<(string, string)>)[("4XX", "Invalid request"), ("5XX", "Server error")])
            operation.Responses!.TryAdd(statuses, new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(name, document) },
                },
            });
    }

    // The Web API requires the token of a user or an app, tasks require that of a service account.
    private static Task DescribeSecurityAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RequiredScopes>().LastOrDefault() is { } required)
            operation.Security = [.. Alternatives(required).Select(scopes => Requirement(OAuth, scopes.Each()))];
        else if (operation.Tags?.Any(tag => tag.Name == TaskEndpoints.Tag) == true)
            operation.Security = [Requirement(Bearer, [])];
        return Task.CompletedTask;

        OpenApiSecurityRequirement Requirement(string scheme, IEnumerable<string> scopes) =>
            new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [.. scopes] };
    }

    // A requirement in OpenAPI lists scopes that are all needed, so that each combination of one scope of each group is an alternative.
    private static IEnumerable<Scopes> Alternatives(RequiredScopes required) => required.Groups.Aggregate(
        (IEnumerable<Scopes>)[Scopes.None],
        (combinations, group) => combinations.SelectMany(scopes => Enum.GetValues<Scopes>()
            .Where(scope => scope is not (Scopes.None or Scopes.All) && group.HasFlag(scope))
            .Select(scope => scopes | scope)));

    private static Task DescribeHost(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "Spotify.Serverless", Version = "1" };
        document.Servers = [];
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "JWT",
        });
        document.AddComponent(OAuth, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Flows = new OpenApiOAuthFlows
            {
                AuthorizationCode = new OpenApiOAuthFlow
                {
                    AuthorizationUrl = new Uri("/authorize", UriKind.Relative),
                    TokenUrl = new Uri("/api/token", UriKind.Relative),
                    Scopes = Scopes.All.Each().ToDictionary(scope => scope, _ => ""),
                },
            },
        });
        return Task.CompletedTask;
    }
}
