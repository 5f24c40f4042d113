using Spotify.Web.Functions;

namespace Spotify.Functions.AudioIngest;

/// <summary>The function <c>audio-ingest</c>.</summary>
public static class AudioIngestFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("audio-ingest", Caller.Uploads)
    {
        AddServices = services => services.AddAudioIngest(),
        Uses = new Resources
        {
            Database = Access.Write, Objects = { ["images"] = Access.Write, ["tracks"] = Access.Write }, MediaEncoder = true,
        },
        Timeout = TimeSpan.FromMinutes(10),
    };
}
