using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Spotify.Google.Tests.Messages;

/// <summary>
/// Middleware that adds the delivery attempt to pushed messages. Pub/Sub does so for subscriptions with a dead-letter policy; its emulator
/// does not.
/// </summary>
internal sealed class DeliveryCounter
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        // The entry point limits the body itself, but only before it is read.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var push = (await JsonNode.ParseAsync(context.Request.Body))!;
        push["deliveryAttempt"] = counts.AddOrUpdate(push["message"]!["messageId"]!.GetValue<string>(), 1, (_, count) => count + 1);
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(push.ToJsonString()));
        await next(context);
    }
}
