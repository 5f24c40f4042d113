namespace Spotify.Recommendations.Publishing;

/// <summary>The kind of a file's contents and their version.</summary>
/// <param name="Kind">The kind: 1 to 16 ASCII characters, such as <c>tracks</c>.</param>
/// <param name="Version">The version, which readers must match exactly.</param>
public sealed record SectionFormat(string Kind, int Version);
