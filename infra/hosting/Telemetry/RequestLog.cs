using System.Globalization;

namespace Spotify.Hosting.Telemetry;

/// <summary>
/// Middleware that writes a log entry per request, except health checks. Entries contain the path but not the query, because queries
/// contain search terms, signatures and tokens. Also writes the metrics, because an instance has CPU only while it handles a request.
/// </summary>
internal sealed class RequestLog(RequestDelegate next, CloudLog log, MetricLog metrics, TimeProvider time)
{
    private const int MaxUserAgentLength = 200;
    private const int MaxPathLength = 500;

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        // Read now, because error handling clears the endpoint.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        try
        {
            await next(context);
        }
        finally
        {
            if (route is not (HealthEndpoints.Path or HealthEndpoints.PublicPath)) Write(context, route, time.GetElapsedTime(start));
            metrics.WriteIfDue();
        }
    }

    private void Write(HttpContext context, string? route, TimeSpan latency)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        var path = Shorten(request.PathBase.Add(request.Path).ToUriComponent(), MaxPathLength);
        log.Write(status >= 500 ? LogLevel.Warning : LogLevel.Information, $"{request.Method} {path} {status}", fields: writer =>
        {
            writer.WriteStartObject("httpRequest");
            writer.WriteString("requestMethod", request.Method);
            writer.WriteString("requestUrl", path);
            writer.WriteNumber("status", status);
            writer.WriteString("latency", latency.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture) + "s");
            writer.WriteString("protocol", request.Protocol);
            if (request.Headers.UserAgent is [{ } agent, ..]) writer.WriteString("userAgent", Shorten(agent, MaxUserAgentLength));
            writer.WriteEndObject();
            if (route is not null) writer.WriteString("route", route);
        });
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..length];
}
