namespace Spotify.Player.Json;

/// <summary>The JSON object of an item.</summary>
internal sealed record ItemEntry(string? Uid, string? Uri, long? DurationMs, string? Source, string? Key)
{
    public static ItemEntry Of(PlayerItem item) => new(item.Uid, item.Uri, item.DurationMs, WireNames.Of(item.Source), item.Key);

    public PlayerItem? ToItem() => Uid is null || Uri is null
        ? null
        : new PlayerItem(Uid, Uri, Math.Max(DurationMs ?? 0, 0), WireNames.Parse<ItemSource>(Source), Key);
}
