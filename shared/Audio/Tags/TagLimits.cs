namespace Spotify.Audio.Tags;

/// <summary>Size limits of tags. Larger ones are skipped and reported in <see cref="AudioTags.Ignored"/>.</summary>
public sealed record TagLimits
{
    /// <summary>Maximum size in bytes of an ID3v2 tag or of the comments of an Ogg stream. Default: 32 MiB.</summary>
    public int BlockBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Maximum size of a picture in bytes. Default: 16 MiB.</summary>
    public int PictureBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Maximum size of a text in bytes. Default: 64 KiB.</summary>
    public int TextBytes { get; init; } = 64 * 1024;

    /// <summary>Maximum size of all pictures of a file in bytes, decompressed. Default: 64 MiB.</summary>
    public int AllPicturesBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Maximum size of all texts of a file in bytes, decompressed. Default: 1 MiB.</summary>
    public int AllTextsBytes { get; init; } = 1024 * 1024;

    /// <summary>Maximum number of values of a field. Default: 100.</summary>
    public int ValuesPerField { get; init; } = 100;
}
