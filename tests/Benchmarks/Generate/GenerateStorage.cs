using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Local.Database;
using Spotify.Recommendations.Ranking;

namespace Spotify.Benchmarks.Generate;

/// <summary>A database with the play history of listeners, from which playlists are generated and to which they are written.</summary>
internal sealed class GenerateStorage : IDisposable
{
    private const int Workers = 8;

    private static readonly Table Users = Schema.Current.Table("Users");
    private static readonly Table History = Schema.Current.Table("PlayHistory");
    private static readonly Table Playlists = Schema.Current.Table("Playlists");
    private static readonly Table Items = Schema.Current.Table("PlaylistItems");
    private static readonly Table Followers = Schema.Current.Table("PlaylistFollowers");

    private static readonly Statement Plays = new(
        "SELECT PlayableId, PlayedAt, Engagement FROM PlayHistory WHERE UserId = @user", ("user", ColumnType.String));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("generate-");
    private readonly SqliteDatabase database;

    private GenerateStorage() => database = new SqliteDatabase(Path.Combine(directory.FullName, "database.sqlite"), Schema.Current);

    public static async Task<GenerateStorage> CreateAsync(int[][] histories)
    {
        var storage = new GenerateStorage();
        for (var listener = 0; listener < histories.Length; listener++)
        {
            var user = UserId(listener);
            List<Mutation> mutations =
            [
                Mutation.Insert(
                    Users, ("UserId", user), ("DisplayName", user), ("Country", "CL"), ("Product", "premium"), ("ExplicitFilter", false),
                    ("ExplicitFilterLocked", false), ("CreatedAt", GeneratedListeners.Now)),
                .. histories[listener].Select((row, i) => Mutation.Insert(
                    History, ("UserId", user), ("EventId", $"{i:x16}"), ("PlayedAt", GeneratedListeners.Now.AddHours(-4 * i)),
                    ("Type", "track"), ("PlayableId", SpotifyId.Format(GeneratedModel.Id(row))), ("PlayedMs", 180_000L),
                    ("EndReason", "completed"), ("Engagement", 1_000L), ("IsListed", true))),
            ];
            await storage.database.CommitAsync(mutations, default);
        }

        return storage;
    }

    /// <summary>Generates and writes a playlist for each listener.</summary>
    public Task GenerateAsync(Recommender recommender, int listeners, int seed) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var listener = worker; listener < listeners; listener += Workers) await GenerateAsync(recommender, UserId(listener), seed);
        })));

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    private static string UserId(int listener) => $"listener{listener}";

    private async Task GenerateAsync(Recommender recommender, string user, int seed)
    {
        var plays = new List<TrackPlays>();
        await foreach (var row in database.QueryAsync(Plays, new Parameters { { "user", user } }, null, default))
        {
            if (SpotifyId.TryParse(row.String("PlayableId"), out var id))
                plays.Add(new TrackPlays(id, row.Int64("Engagement") / 1_000f, row.Timestamp("PlayedAt")));
        }

        var picks = recommender.Recommend(new ListenerInput { Plays = plays.ToArray(), Market = "CL" }, seed, GeneratedListeners.Now);
        var (playlist, now) = (SpotifyId.New(), GeneratedListeners.Now);
        List<Mutation> mutations =
        [
            Mutation.Insert(
                Playlists, ("PlaylistId", playlist), ("OwnerId", user), ("Name", "Discover Weekly"), ("Description", ""), ("Public", false),
                ("Collaborative", false), ("Version", 1L), ("Items", (long)picks.Count), ("CreatedAt", now), ("UpdatedAt", now)),
            Mutation.Insert(Followers, ("UserId", user), ("PlaylistId", playlist), ("Public", false), ("FollowedAt", now)),
            .. OrderKeys.Between(null, null, picks.Count)!.Zip(picks, (key, pick) => Mutation.Insert(
                Items, ("PlaylistId", playlist), ("OrderKey", key), ("Type", "track"), ("PlayableId", SpotifyId.Format(pick.TrackId)),
                ("AddedAt", now), ("AddedBy", user))),
        ];
        await database.CommitAsync(mutations, default);
    }
}
