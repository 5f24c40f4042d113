using System.Collections.Concurrent;
using System.Net;

namespace Spotify.Functions.Tests.CdnWarming;

/// <summary>A CDN with configurable responses, which records its requests.</summary>
internal sealed class FakeCdn(Func<Uri, int, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, int> attempts = new(StringComparer.Ordinal);
    private int inFlight;
    private int mostInFlight;

    /// <summary>Creates a CDN whose objects have 10 bytes each.</summary>
    public FakeCdn() : this((_, _, _) => Task.FromResult(Ten()))
    {
    }

    /// <summary>The number of requests for each object, by scheme, authority and path.</summary>
    public IReadOnlyDictionary<string, int> Attempts => attempts;

    public int MostInFlight => mostInFlight;

    public static HttpResponseMessage Ten() => new(HttpStatusCode.OK) { Content = new ByteArrayContent(new byte[10]) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal(HttpMethod.Get, request.Method);
        var url = request.RequestUri!;
        var attempt = attempts.AddOrUpdate(url.GetLeftPart(UriPartial.Path), 1, (_, count) => count + 1);
        InterlockedMax(ref mostInFlight, Interlocked.Increment(ref inFlight));
        try
        {
            await Task.Yield();
            return await answer(url, attempt, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
            seen = Interlocked.CompareExchange(ref most, value, seen) is var before && before == seen ? value : before;
    }
}
