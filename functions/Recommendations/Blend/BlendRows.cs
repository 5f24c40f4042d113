using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playlists;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Recommendations.Blend;

/// <summary>The tables of blends, and what ends with a blend or an account.</summary>
internal static class BlendRows
{
    /// <summary>The beginning of the surfaces of blends.</summary>
    public const string SurfacePrefix = "blend:";

    private static readonly Table GeneratedPlaylists = Schema.Current.Table("GeneratedPlaylists");

    /// <summary>The table <c>Blends</c>.</summary>
    public static Table Blends { get; } = Schema.Current.Table("Blends");

    /// <summary>The table <c>BlendInvitations</c>.</summary>
    public static Table Invitations { get; } = Schema.Current.Table("BlendInvitations");

    /// <summary>
    /// The personal data, in the order in which it is erased. A blend ends with the account of either listener, also for the other one.
    /// </summary>
    public static IReadOnlyList<PersonalRows> PersonalData { get; } =
    [
        new("BlendInvitations", "UserId"),
        new("BlendInvitations", "AcceptedBy") { Name = "AcceptedBlendInvitations" },
        new("Blends", "UserId") { Erase = (transaction, _, rows, _) => EndAllAsync(transaction, rows) },
        new("Blends", "OtherUserId") { Name = "BlendsOfOthers", Erase = (transaction, _, rows, _) => EndAllAsync(transaction, rows) },
    ];

    /// <summary>Adds the mutations that end a blend for both listeners and delete both playlists.</summary>
    public static async Task EndAsync(ITransaction transaction, Row blend)
    {
        var (one, other, surface) = (blend.String("UserId"), blend.String("OtherUserId"), blend.String("Surface"));
        foreach (var (listener, partner) in new[] { (one, other), (other, one) })
        {
            transaction.Add(Mutation.Delete(Blends, new Key(listener, partner)));
            if (await transaction.ReadAsync(GeneratedPlaylists, new Key(listener, surface)) is not { } generated) continue;
            var playlist = generated.String("PlaylistId");
            transaction.Add(Mutation.Delete(GeneratedPlaylists, new Key(listener, surface)));
            transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(listener, playlist)));
            transaction.Add(Mutation.Delete(Playlist.Table, new Key(playlist)));
        }
    }

    private static async Task EndAllAsync(ITransaction transaction, IReadOnlyList<Row> blends)
    {
        foreach (var blend in blends) await EndAsync(transaction, blend);
    }
}
