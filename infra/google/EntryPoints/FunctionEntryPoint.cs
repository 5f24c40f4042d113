using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Spotify.Web.Functions;

namespace Spotify.Google.EntryPoints;

/// <summary>The entry point of a function. <see cref="FunctionStartup"/> sets the host up from the definition.</summary>
/// <param name="definition">The function.</param>
[FunctionsStartup(typeof(FunctionStartup))]
public abstract class FunctionEntryPoint(FunctionDefinition definition) : IHttpFunction
{
    /// <summary>The function.</summary>
    public FunctionDefinition Definition => definition;

    /// <summary>Handles a request that matches no endpoint: answers 404.</summary>
    public virtual Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
