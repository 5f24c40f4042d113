namespace Spotify.Recommendations.Content;

/// <summary>Settings of content vectors. The weights of the parts matter in proportion to each other.</summary>
public sealed record ContentOptions
{
    /// <summary>The number of dimensions. A multiple of 8, from 8 to 1,024.</summary>
    public int Dimensions { get; init; } = 128;

    /// <summary>Weight of the genres and the words of their names. At least 0.</summary>
    public float Genres { get; init; } = 1;

    /// <summary>Weight of the artists. At least 0.</summary>
    public float Artists { get; init; } = 0.8f;

    /// <summary>Weight of the album. At least 0.</summary>
    public float Album { get; init; } = 0.4f;

    /// <summary>Weight of the year of release. At least 0.</summary>
    public float Year { get; init; } = 0.3f;

    /// <summary>Weight of all that is known of the artists' other tracks. At least 0.</summary>
    public float ArtistTracks { get; init; } = 0.5f;

    /// <summary>Weight of the playlists that contain the track: their titles and their other tracks. At least 0.</summary>
    public float Playlists { get; init; } = 1.2f;

    /// <summary>The seed of the random directions.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Throws if a setting is invalid.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (Dimensions is < 8 or > 1024 || Dimensions % 8 != 0)
            throw new ArgumentException($"Content vectors cannot have {Dimensions} dimensions; a multiple of 8 from 8 to 1,024.");
        foreach (var weight in (ReadOnlySpan<float>)[Genres, Artists, Album, Year, ArtistTracks, Playlists])
            if (!float.IsFinite(weight) || weight < 0) throw new ArgumentException($"The weight {weight} of a part of content is invalid.");
    }
}
