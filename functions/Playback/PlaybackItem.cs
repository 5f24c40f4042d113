using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;

namespace Spotify.Functions.Playback;

/// <summary>Gains to -18 LUFS (ReplayGain 2.0) in dB, and true peaks in dB relative to full scale; null if unknown.</summary>
/// <param name="GainDb">The gain of the item.</param>
/// <param name="PeakDb">The peak of the item.</param>
/// <param name="AlbumGainDb">The gain of the item's album.</param>
/// <param name="AlbumPeakDb">The highest peak of the item's album.</param>
public readonly record struct PlaybackLoudness(double GainDb, double? PeakDb, double? AlbumGainDb, double? AlbumPeakDb);

/// <summary>A track, episode or chapter with the data that playback needs: its place in the catalog, its rights and its audio.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="ParentId">The id of its album, show or audiobook.</param>
/// <param name="DiscNumber">The disc, from 1; always 1 for episodes and chapters.</param>
/// <param name="Number">The position on the disc, in the show or in the audiobook, from 1.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="DurationMs">The duration in milliseconds.</param>
/// <param name="Explicit">Whether it is marked explicit.</param>
/// <param name="Rights">Where and when it may be played.</param>
/// <param name="Revision">The revision in the names of its audio objects; null if there is no audio yet.</param>
/// <param name="Encodings">The encodings; empty if there is no audio yet.</param>
/// <param name="Loudness">The loudness of the item and of its album.</param>
public sealed record PlaybackItem(
    SpotifyUri Uri,
    string ParentId,
    int DiscNumber,
    int Number,
    int Popularity,
    int DurationMs,
    bool Explicit,
    Rights Rights,
    string? Revision,
    IReadOnlyList<AudioEncoding> Encodings,
    PlaybackLoudness Loudness)
{
    /// <summary>The columns of <c>Playables</c> that <see cref="FromRow"/> reads.</summary>
    internal const string Columns = PlayableColumns.Playback;

    /// <summary>Reads an item from a row of <c>Playables</c>.</summary>
    public static PlaybackItem FromRow(Row row) => new(
        Uri: new SpotifyUri(
            SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("PlayableId")),
        ParentId: row.String("ParentId"),
        DiscNumber: row.Int32("DiscNumber"),
        Number: row.Int32("Number"),
        Popularity: row.Int32("Popularity"),
        DurationMs: row.Int32("DurationMs"),
        Explicit: row.Bool("Explicit"),
        Rights: new Rights(
            new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil")),
        Revision: row.StringOrNull("Revision"),
        Encodings: row.StringOrNull("Encodings") is { } encodings ? EncodingList.Parse(encodings) : [],
        Loudness: new PlaybackLoudness(
            row.Float64OrNull("GainDb") ?? 0,
            row.Float64OrNull("PeakDb"),
            row.Float64OrNull("AlbumGainDb"),
            row.Float64OrNull("AlbumPeakDb")));

    /// <summary>Returns the path of an encoding's object: <c>/tracks/{id}/{revision}/{file}</c>.</summary>
    public string ObjectPath(AudioEncoding encoding) => ObjectPath(Uri, Revision, encoding);

    /// <summary>Returns the path of an encoding's object: <c>/tracks/{id}/{revision}/{file}</c>.</summary>
    internal static string ObjectPath(SpotifyUri uri, string? revision, AudioEncoding encoding) =>
        $"/{SpotifyUri.WireName(uri.Type)}s/{uri.Id}/{revision}/{encoding.FileName}";
}
