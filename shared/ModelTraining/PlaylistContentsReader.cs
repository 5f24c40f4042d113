using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations;
using Spotify.Recommendations.Content;
using Spotify.Recommendations.Tracks;

namespace Spotify.ModelTraining;

/// <summary>A reader of public playlists. Others are not read, because their titles are private.</summary>
internal sealed class PlaylistContentsReader(IDatabase database, TrackTable tracks, TrainingReaderOptions options)
{
    private const int PageLength = 100;

    private static readonly Statement Page = new(
        """
        SELECT PublicPlaylists.PlaylistId, PublicPlaylists.Name, PlaylistItems.Type, PlaylistItems.PlayableId
        FROM (
          SELECT PlaylistId, Name FROM Playlists WHERE PlaylistId > @after AND Public ORDER BY PlaylistId LIMIT @limit
        ) AS PublicPlaylists
        LEFT JOIN PlaylistItems ON PlaylistItems.PlaylistId = PublicPlaylists.PlaylistId
        ORDER BY PublicPlaylists.PlaylistId, PlaylistItems.OrderKey
        """,
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns the playlists with at least one of the model's tracks.</summary>
    public async Task<IReadOnlyList<PlaylistContents>> ReadAsync(IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var playlists = new List<PlaylistContents>();
        for (string? after = ""; after is not null && playlists.Count < options.MaxPlaylists;)
        {
            var (last, name, length, rows) = ("", "", 0, new List<int>());
            await foreach (var row in database.QueryAsync(
                Page, new Parameters { { "after", after }, { "limit", PageLength } }, Staleness.Recent, ct))
            {
                var id = row.String("PlaylistId");
                if (id != last)
                {
                    Add(name, rows);
                    (last, name, length) = (id, row.String("Name"), length + 1);
                    rows.Clear();
                }

                if (row.StringOrNull("Type") == "track" && rows.Count < options.MaxTracksPerPlaylist
                    && SpotifyId.TryParse(row.String("PlayableId"), out var track) && tracks.TryFind(track, out var number))
                    rows.Add(number);
            }

            Add(name, rows);
            after = length < PageLength ? null : last;
            progress?.Report(new TrainingProgress("reading playlists", playlists.Count, playlists.Count));
        }

        return playlists;

        void Add(string name, List<int> rows)
        {
            if (rows.Count > 0 && playlists.Count < options.MaxPlaylists) playlists.Add(new PlaylistContents(name, [.. rows]));
        }
    }
}
