namespace Spotify.Player.Json;

/// <summary>The JSON object of a context.</summary>
internal sealed record ContextEntry(string? Type, string? Uri);
