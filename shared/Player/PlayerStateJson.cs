using System.Text.Json;
using Spotify.Player.Json;

namespace Spotify.Player;

/// <summary>The JSON of <see cref="PlayerState"/>, as it is stored and as clients read it. Times are in Unix milliseconds.</summary>
public static class PlayerStateJson
{
    /// <summary>Returns the JSON of a state, with the revision of its document.</summary>
    public static string Serialize(PlayerState state, long revision) =>
        JsonSerializer.Serialize(StateDocument.Of(state, revision), PlayerJson.Wire.StateDocument);

    /// <summary>
    /// Parses a state. Ignores unknown members, takes defaults for missing ones and for values out of range, and cuts long lists, so that
    /// every state is valid. Returns <see cref="PlayerState.Empty"/> if the text is not such a JSON object.
    /// </summary>
    public static PlayerState Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PlayerJson.Wire.StateDocument)?.ToState() ?? PlayerState.Empty;
        }
        catch (JsonException)
        {
            return PlayerState.Empty;
        }
    }
}
