using System.Globalization;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Vectors;

namespace Spotify.ModelTraining;

/// <summary>A reader of the catalog for a model: the table of tracks, and the vectors of their sound.</summary>
internal sealed class TrackTableReader(IDatabase database, TrackSelection selection)
{
    private const int PageLength = 1000;
    private const int MaxGenres = 10;

    // A row per artist of a track, or one without an artist.
    private static readonly Statement Page = new(
        """
        SELECT Tracks.PlayableId, Tracks.ParentId, Tracks.DurationMs, Tracks.Explicit, Tracks.Popularity, Tracks.Markets,
          Tracks.AvailableFrom, Tracks.AvailableUntil, Tracks.ReleaseDate, Tracks.AddedAt, Albums.Genres AS AlbumGenres, Credits.ArtistId,
          Artists.Genres AS ArtistGenres
        FROM (
          SELECT PlayableId, ParentId, DurationMs, Explicit, Popularity, Markets, AvailableFrom, AvailableUntil, ReleaseDate, AddedAt
          FROM Playables WHERE PlayableId > @after AND Type = 'track' ORDER BY PlayableId LIMIT @limit
        ) AS Tracks
        LEFT JOIN Albums ON Albums.AlbumId = Tracks.ParentId
        LEFT JOIN Credits ON Credits.PlayableId = Tracks.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        ORDER BY Tracks.PlayableId, Credits.Position
        """,
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private readonly TrackTableBuilder builder = new();
    private readonly List<(int Row, AudioEmbedding Embedding)> sounds = [];

    /// <summary>Reads the catalog.</summary>
    /// <returns>The tracks, and a vector of the sound of each, zero if unknown; null if no track's sound is known.</returns>
    public async Task<(TrackTable Tracks, VectorTable? Audio, int Sounds)> ReadAsync(
        IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        // Both are in the order of the ids.
        await using var sounds = AudioFeatureRows.SoundsAsync(database, ct).GetAsyncEnumerator(ct);
        var hasSound = await sounds.MoveNextAsync();
        for (string? after = ""; after is not null;)
        {
            var (rows, length, last) = (new List<Row>(), 0, "");
            await foreach (var row in database.QueryAsync(
                Page, new Parameters { { "after", after }, { "limit", PageLength } }, Staleness.Recent, ct))
            {
                var id = row.String("PlayableId");
                if (id != last)
                {
                    await AddAsync(rows);
                    (last, length) = (id, length + 1);
                    rows.Clear();
                }

                rows.Add(row);
            }

            await AddAsync(rows);
            after = length < PageLength ? null : last;
            progress?.Report(new TrainingProgress("reading the catalog", Math.Min(builder.Count, selection.Count), selection.Count));
        }

        return (builder.Build(), Vectors(), this.sounds.Count);

        async Task AddAsync(List<Row> rows)
        {
            if (rows.Count == 0 || !SpotifyId.TryParse(rows[0].String("PlayableId"), out var id) || !selection.Contains(id)) return;
            while (hasSound && string.CompareOrdinal(sounds.Current.PlayableId, rows[0].String("PlayableId")) < 0)
                hasSound = await sounds.MoveNextAsync();
            Add(id, rows, hasSound && sounds.Current.PlayableId == rows[0].String("PlayableId") ? sounds.Current : null);
        }
    }

    private void Add(UInt128 id, List<Row> rows, TrackSound? sound)
    {
        var track = rows[0];
        var row = builder.Add(new TrackDescription(id)
        {
            Artists = [.. rows.Select(row => NumberOf(row.StringOrNull("ArtistId"))).OfType<UInt128>()],
            Album = NumberOf(track.String("ParentId")),
            Genres =
            [
                .. rows.Select(row => row.StringOrNull("ArtistGenres")).Prepend(track.StringOrNull("AlbumGenres"))
                    .SelectMany(genres => (genres ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    .Distinct(StringComparer.Ordinal).Take(MaxGenres),
            ],
            Rights = new Rights(
                new MarketSet(track.String("Markets")), track.TimestampOrNull("AvailableFrom"), track.TimestampOrNull("AvailableUntil")),
            Explicit = track.Bool("Explicit"),
            Year = int.TryParse(track.String("ReleaseDate").Split('-')[0], CultureInfo.InvariantCulture, out var year) ? year : 0,
            Popularity = Math.Max(selection.Popularity(id), track.Int32("Popularity") / 100f),
            Attributes = AttributesOf(track, sound?.Features),
            AddedAt = track.TimestampOrNull("AddedAt"),
        });
        if (sound is not null) sounds.Add((row, sound.Features.Embedding));
    }

    private static (TrackAttribute Attribute, float Value)[] AttributesOf(Row track, AudioFeatures? features)
    {
        (TrackAttribute, float)[] always =
            [(TrackAttribute.DurationMs, track.Int32("DurationMs")), (TrackAttribute.Popularity, track.Int32("Popularity"))];
        if (features is null) return always;
        return
        [
            .. always,
            (TrackAttribute.Acousticness, (float)features.Acousticness),
            (TrackAttribute.Danceability, (float)features.Danceability),
            (TrackAttribute.Energy, (float)features.Energy),
            (TrackAttribute.Instrumentalness, (float)features.Instrumentalness),
            (TrackAttribute.Key, features.Key < 0 ? float.NaN : features.Key),
            (TrackAttribute.Liveness, (float)features.Liveness),
            (TrackAttribute.Loudness, (float)features.Loudness),
            (TrackAttribute.Mode, features.Mode < 0 ? float.NaN : features.Mode),
            (TrackAttribute.Speechiness, (float)features.Speechiness),
            (TrackAttribute.Tempo, (float)features.Tempo),
            (TrackAttribute.TimeSignature, features.TimeSignature),
            (TrackAttribute.Valence, (float)features.Valence),
        ];
    }

    private VectorTable? Vectors()
    {
        if (sounds.Count == 0) return null;
        var vectors = new float[builder.Count * AudioEmbedding.Dimensions];
        foreach (var (row, embedding) in sounds)
            embedding.CopyTo(vectors.AsSpan(row * AudioEmbedding.Dimensions, AudioEmbedding.Dimensions));
        return VectorTable.Create(VectorFormat.Int8, AudioEmbedding.Dimensions, vectors);
    }

    private static UInt128? NumberOf(string? id) => id is not null && SpotifyId.TryParse(id, out var number) ? number : null;
}
