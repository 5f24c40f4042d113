namespace Spotify.Web.Identity;

/// <summary>The scopes of the Web API: what a user allows an app to do. A set of scopes takes four bytes.</summary>
/// <seealso href="https://developer.spotify.com/documentation/web-api/concepts/scopes"/>
[Flags]
public enum Scopes
{
    /// <summary>No scope.</summary>
    None = 0,

    /// <summary><c>app-remote-control</c>: communicate with the player on the same device.</summary>
    AppRemoteControl = 1 << 0,

    /// <summary><c>playlist-read-private</c>: read private playlists.</summary>
    PlaylistReadPrivate = 1 << 1,

    /// <summary><c>playlist-read-collaborative</c>: read collaborative playlists.</summary>
    PlaylistReadCollaborative = 1 << 2,

    /// <summary><c>playlist-modify-public</c>: change public playlists, and follow playlists publicly.</summary>
    PlaylistModifyPublic = 1 << 3,

    /// <summary><c>playlist-modify-private</c>: change private playlists, and follow playlists privately.</summary>
    PlaylistModifyPrivate = 1 << 4,

    /// <summary><c>user-library-read</c>: read saved items.</summary>
    UserLibraryRead = 1 << 5,

    /// <summary><c>user-library-modify</c>: save and remove items.</summary>
    UserLibraryModify = 1 << 6,

    /// <summary><c>user-read-private</c>: read the country, the plan and the filter of explicit content.</summary>
    UserReadPrivate = 1 << 7,

    /// <summary><c>user-read-email</c>: read the e-mail address.</summary>
    UserReadEmail = 1 << 8,

    /// <summary><c>user-follow-read</c>: read the artists and users that the user follows.</summary>
    UserFollowRead = 1 << 9,

    /// <summary><c>user-follow-modify</c>: follow and unfollow artists and users.</summary>
    UserFollowModify = 1 << 10,

    /// <summary><c>user-top-read</c>: read the top artists and tracks.</summary>
    UserTopRead = 1 << 11,

    /// <summary><c>user-read-playback-position</c>: read the positions in episodes and chapters.</summary>
    UserReadPlaybackPosition = 1 << 12,

    /// <summary><c>user-read-playback-state</c>: read what is played, and the devices.</summary>
    UserReadPlaybackState = 1 << 13,

    /// <summary><c>user-read-recently-played</c>: read the history.</summary>
    UserReadRecentlyPlayed = 1 << 14,

    /// <summary><c>user-read-currently-playing</c>: read what is played.</summary>
    UserReadCurrentlyPlaying = 1 << 15,

    /// <summary><c>user-modify-playback-state</c>: control players.</summary>
    UserModifyPlaybackState = 1 << 16,

    /// <summary><c>ugc-image-upload</c>: upload images.</summary>
    UgcImageUpload = 1 << 17,

    /// <summary><c>streaming</c>: play audio.</summary>
    Streaming = 1 << 18,

    /// <summary>All scopes.</summary>
    All = (1 << 19) - 1,
}

/// <summary>The names of <see cref="Scopes"/> in tokens and requests.</summary>
public static class ScopeNames
{
    // In the order of the bits.
    private static readonly string[] Names =
    [
        "app-remote-control", "playlist-read-private", "playlist-read-collaborative", "playlist-modify-public", "playlist-modify-private",
        "user-library-read", "user-library-modify", "user-read-private", "user-read-email", "user-follow-read", "user-follow-modify",
        "user-top-read", "user-read-playback-position", "user-read-playback-state", "user-read-recently-played",
        "user-read-currently-playing", "user-modify-playback-state", "ugc-image-upload", "streaming",
    ];

    /// <summary>Parses a list separated by spaces (RFC 6749 §3.3). Returns whether all names are known.</summary>
    /// <param name="names">The list; may be empty.</param>
    /// <param name="scopes">The known scopes in the list.</param>
    public static bool TryParse(ReadOnlySpan<char> names, out Scopes scopes)
    {
        scopes = Scopes.None;
        var allKnown = true;
        foreach (var range in names.Split(' '))
        {
            if (names[range].IsEmpty) continue;
            var bit = 0;
            while (bit < Names.Length && !names[range].SequenceEqual(Names[bit])) bit++;
            if (bit < Names.Length) scopes |= (Scopes)(1 << bit);
            else allKnown = false;
        }

        return allKnown;
    }

    /// <summary>Returns the names of scopes.</summary>
    public static IEnumerable<string> Each(this Scopes scopes) => Names.Where((_, bit) => scopes.HasFlag((Scopes)(1 << bit)));

    /// <summary>Returns the names of scopes, separated by spaces.</summary>
    public static string Format(this Scopes scopes) => string.Join(' ', scopes.Each());
}
