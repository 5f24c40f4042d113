using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Spotify.Web.Requests;

/// <summary>
/// Completes the framework's description of endpoints: adds endpoints whose handler is a <see cref="RequestDelegate"/>, and the parameters
/// and bodies that handlers read from the request themselves (<see cref="RequestParameter"/>, <see cref="RequestContent"/>).
/// </summary>
public sealed class RequestDescriptionProvider(EndpointDataSource endpoints) : IApiDescriptionProvider
{
    private static readonly EmptyModelMetadataProvider Models = new();

    /// <summary>After the framework's own provider, which has a negative order.</summary>
    public int Order => 0;

    /// <inheritdoc/>
    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>().Where(IsRequestDelegate))
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get])
                context.Results.Add(Describe(endpoint, method));
        foreach (var description in context.Results) AddRequest(description);
    }

    /// <inheritdoc/>
    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private static bool IsRequestDelegate(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<MethodInfo>() is null
        && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is not { ExcludeFromDescription: true };

    private static ApiDescription Describe(RouteEndpoint endpoint, string method)
    {
        var description = new ApiDescription
        {
            HttpMethod = method,
            RelativePath = endpoint.RoutePattern.RawText!.TrimStart('/'),
            ActionDescriptor = new ActionDescriptor { DisplayName = endpoint.DisplayName, EndpointMetadata = [.. endpoint.Metadata] },
        };
        foreach (var parameter in endpoint.RoutePattern.Parameters)
            description.ParameterDescriptions.Add(Parameter(parameter.Name, typeof(string), BindingSource.Path));
        foreach (var response in endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>())
            description.SupportedResponseTypes.Add(new ApiResponseType
            {
                StatusCode = response.StatusCode,
                Type = response.Type ?? typeof(void),
                ApiResponseFormats = [.. response.ContentTypes.Select(type => new ApiResponseFormat { MediaType = type })],
            });
        return description;
    }

    private static void AddRequest(ApiDescription description)
    {
        foreach (var metadata in description.ActionDescriptor.EndpointMetadata)
            switch (metadata)
            {
                case RequestParameter parameter:
                    description.ParameterDescriptions.Add(Parameter(
                        parameter.Name, parameter.Type, parameter.InHeader ? BindingSource.Header : BindingSource.Query));
                    break;
                case RequestContent content:
                    description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = content.ContentType });
                    description.ParameterDescriptions.Add(Parameter("body", content.Type, BindingSource.Body));
                    break;
            }
    }

    private static ApiParameterDescription Parameter(string name, Type type, BindingSource source) => new()
    {
        Name = name,
        Type = type,
        ModelMetadata = Models.GetMetadataForType(type),
        Source = source,
        IsRequired = source == BindingSource.Path,
        ParameterDescriptor = new ParameterDescriptor { Name = name, ParameterType = type },
    };
}
