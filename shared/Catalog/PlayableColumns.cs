namespace Spotify.Catalog;

/// <summary>Lists of columns of <c>Playables</c>, for queries of several services.</summary>
public static class PlayableColumns
{
    /// <summary>The columns that tell whether a listener may play an item, and for how long it plays.</summary>
    public const string Rights = """
        Playables.PlayableId, Playables.Type, Playables.DurationMs, Playables.Explicit, Playables.Markets, Playables.AvailableFrom,
        Playables.AvailableUntil
        """;

    /// <summary>The columns of <see cref="Rights"/>, the place of the item in the catalog, and its audio.</summary>
    public const string Playback = $"""
        {Rights}, Playables.ParentId, Playables.DiscNumber, Playables.Number, Playables.Popularity, Playables.Revision,
        Playables.Encodings, Playables.GainDb, Playables.PeakDb, Playables.AlbumGainDb, Playables.AlbumPeakDb
        """;
}
