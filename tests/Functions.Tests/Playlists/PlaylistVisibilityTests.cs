using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>
/// The SQL form and the C# form of <see cref="PlaylistAccess"/> give the same result for every kind of playlist and viewer.
/// </summary>
public sealed class PlaylistVisibilityTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly DateTimeOffset CollaborativeSince = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Statement VisiblePlaylists = new(
        $"SELECT PlaylistId FROM Playlists WHERE {PlaylistAccess.IsVisibleSql}", ("viewer", ColumnType.String));

    [Theory]
    [InlineData("ada")]
    [InlineData(null)]
    public async Task Sql_and_code_agree(string? viewer)
    {
        var database = fixture.Server.Services.GetRequiredService<IDatabase>();
        var mutations = new List<Mutation>();
        var (expected, hidden) = (new HashSet<string>(), new HashSet<string>());
        foreach (var owner in new[] { "ada", "bob" })
        foreach (var isPublic in new[] { true, false })
        foreach (var since in new DateTimeOffset?[] { null, CollaborativeSince })
        foreach (var offset in new int?[] { null, -1, 0, 1 })
        {
            var id = SpotifyId.New();
            var followedAt = CollaborativeSince.AddDays(offset ?? 0);
            mutations.Add(Mutation.Insert(
                Schema.Current.Table("Playlists"),
                ("PlaylistId", id), ("OwnerId", owner), ("Name", "Mine"), ("Description", ""), ("Public", isPublic),
                ("Collaborative", since is not null), ("CollaborativeSince", since), ("Version", 1L), ("Items", 0L),
                ("CreatedAt", CollaborativeSince), ("UpdatedAt", CollaborativeSince)));
            if (offset is not null)
            {
                mutations.Add(Mutation.Insert(
                    Schema.Current.Table("PlaylistFollowers"),
                    ("PlaylistId", id), ("UserId", "ada"), ("Public", true), ("FollowedAt", followedAt)));
            }

            var role = PlaylistAccess.RoleOf(owner, since, viewer is null || offset is null ? null : followedAt, viewer);
            (PlaylistAccess.IsVisible(isPublic, role) ? expected : hidden).Add(id);
        }

        await database.CommitAsync(mutations, default);

        var visible = await database.QueryAsync(VisiblePlaylists, new Parameters { { "viewer", viewer ?? "" } }, null, default)
            .Select(row => row.String("PlaylistId"))
            .ToHashSetAsync();
        Assert.NotEmpty(expected);
        Assert.NotEmpty(hidden);
        Assert.Subset(visible, expected);
        Assert.Empty(visible.Intersect(hidden));
    }
}
