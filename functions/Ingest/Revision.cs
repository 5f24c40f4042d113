using System.Security.Cryptography;
using System.Text;
using Spotify.Domain;

namespace Spotify.Functions.Ingest;

/// <summary>The revisions of a track's audio, and where their objects are.</summary>
public static class Revision
{
    // What is made of a source follows from the source and from this: whoever changes how encodings are made counts it up.
    private const int EncoderSettings = 1;

    /// <summary>The revision that a source makes.</summary>
    /// <param name="contentHash">The SHA-256 of the source, in hexadecimal.</param>
    /// <param name="generation">0, unless objects of that name are about to be removed.</param>
    public static string Of(string contentHash, int generation) =>
        SpotifyId.FromHash(SHA256.HashData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{contentHash} {EncoderSettings} {generation}"))));

    /// <summary>What the names of a track's objects begin with: <c>tracks/{id}/{revision}/</c>.</summary>
    public static string Prefix(string playableId, string revision) => $"tracks/{playableId}/{revision}/";

    /// <summary>Takes apart what <see cref="Prefix"/> put together.</summary>
    internal static (string PlayableId, string Revision) Parse(string prefix) => prefix.Split('/') is [_, var id, var revision, ""] ? (id, revision) : ("", "");
}
