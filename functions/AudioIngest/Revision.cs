using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;

namespace Spotify.Functions.AudioIngest;

/// <summary>The revisions of a track's audio, and the names of their objects.</summary>
public static class Revision
{
    // The version of the encoder settings. Increment it when the settings change, because a revision's objects are immutable.
    private const int EncoderSettings = 2;

    /// <summary>Returns the revision for a source.</summary>
    /// <param name="audioHash">The SHA-256 of the source's audio, in hexadecimal.</param>
    /// <param name="generation">0, or greater if the objects of the lower generations are scheduled for removal.</param>
    public static string Of(string audioHash, int generation)
    {
        var text = FormattableString.Invariant($"{audioHash} {EncoderSettings} {generation}");
        return SpotifyId.FromHash(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
    }

    /// <summary>Returns the prefix of the names of a revision's objects: <c>tracks/{id}/{revision}/</c>.</summary>
    public static string Prefix(string playableId, string revision) => $"tracks/{playableId}/{revision}/";

    /// <summary>Parses a <see cref="Prefix"/>. Returns empty strings if it is not valid.</summary>
    internal static (string PlayableId, string Revision) Parse(string prefix) =>
        prefix.Split('/') is [_, var id, var revision, ""] ? (id, revision) : ("", "");
}
