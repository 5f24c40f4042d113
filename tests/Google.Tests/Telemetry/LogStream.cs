using System.Text;
using System.Text.Json.Nodes;

namespace Spotify.Google.Tests.Telemetry;

/// <summary>What an instance writes to standard output.</summary>
internal sealed class LogStream : MemoryStream
{
    private readonly Lock gate = new();

    /// <summary>Every entry so far; each is a line of JSON.</summary>
    public IReadOnlyList<JsonObject> Entries
    {
        get
        {
            lock (gate) return [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        }
    }

    public string Text => Encoding.UTF8.GetString(ToArray());

    /// <summary>The entries of requests.</summary>
    public IReadOnlyList<JsonObject> Requests => [.. Entries.Where(entry => entry.ContainsKey("httpRequest"))];

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate) base.Write(buffer);
    }
}
