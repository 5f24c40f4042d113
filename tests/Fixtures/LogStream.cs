using System.Text;
using System.Text.Json.Nodes;

namespace Spotify.Fixtures;

/// <summary>A collector of the JSON log that an instance writes to standard output.</summary>
public sealed class LogStream : MemoryStream
{
    private readonly Lock gate = new();

    /// <summary>The entries so far, one per line.</summary>
    public IReadOnlyList<JsonObject> Entries
    {
        get
        {
            lock (gate)
                return [.. Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
        }
    }

    /// <summary>The text so far.</summary>
    public string Text => Encoding.UTF8.GetString(ToArray());

    /// <summary>The entries of requests.</summary>
    public IReadOnlyList<JsonObject> Requests => [.. Entries.Where(entry => entry.ContainsKey("httpRequest"))];

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate) base.Write(buffer);
    }
}
