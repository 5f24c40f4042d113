using System.Globalization;

namespace Spotify.Google.Telemetry;

/// <summary>
/// An entry for each request. It has the path but no query: that carries searches, signatures and tokens. Health probes leave none. What
/// was measured is written here, too, because an instance has CPU only while it handles a request.
/// </summary>
internal sealed class RequestLog(RequestDelegate next, CloudLog log, MetricLog metrics, TimeProvider time)
{
    private const int LongestUserAgent = 200;
    private const int LongestPath = 500;

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        // Error handling takes the endpoint away.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        try
        {
            await next(context);
        }
        finally
        {
            if (route is not (EntryPoints.FunctionEntryPoint.Health or EntryPoints.FunctionEntryPoint.PublicHealth)) Write(context, route, time.GetElapsedTime(start));
            metrics.WriteIfDue();
        }
    }

    private void Write(HttpContext context, string? route, TimeSpan latency)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        var path = Shorten(request.PathBase.Add(request.Path).ToUriComponent(), LongestPath);
        log.Write(status >= 500 ? LogLevel.Warning : LogLevel.Information, $"{request.Method} {path} {status}", fields: writer =>
        {
            writer.WriteStartObject("httpRequest");
            writer.WriteString("requestMethod", request.Method);
            writer.WriteString("requestUrl", path);
            writer.WriteNumber("status", status);
            writer.WriteString("latency", latency.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture) + "s");
            writer.WriteString("protocol", request.Protocol);
            if (request.Headers.UserAgent is [{ } agent, ..]) writer.WriteString("userAgent", Shorten(agent, LongestUserAgent));
            writer.WriteEndObject();
            if (route is not null) writer.WriteString("route", route);
        });
    }

    private static string Shorten(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
