namespace Spotify.Player.Json;

/// <summary>The JSON object of an item of a list.</summary>
internal sealed record ListEntry(string? Uri, long? DurationMs, string? Artist)
{
    public ContextItem? ToItem() => Uri is null ? null : new ContextItem("", Uri, DurationMs ?? 0, Artist);
}
