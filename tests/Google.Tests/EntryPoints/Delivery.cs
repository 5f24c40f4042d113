using System.Text;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>The recorded deliveries of the folder <c>Deliveries</c>: bodies (.json) and requests with headers (.http).</summary>
internal static class Delivery
{
    public static string Text(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "EntryPoints", "Deliveries", file)).ReplaceLineEndings("\n");

    public static HttpRequestMessage Request(string file)
    {
        var text = Text(file);
        var request = new HttpRequestMessage(HttpMethod.Post, "/");
        if (!file.EndsWith(".http", StringComparison.Ordinal))
        {
            var contentType = file.StartsWith("eventarc", StringComparison.Ordinal) ? "application/cloudevents+json" : "application/json";
            request.Content = new StringContent(text, Encoding.UTF8, contentType);
            return request;
        }

        var parts = text.Split("\n\n", 2);
        request.Content = new StringContent(parts[1], Encoding.UTF8, "application/json");
        foreach (var header in parts[0].Split('\n')[2..])
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
