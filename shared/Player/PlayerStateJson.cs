using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Player.Json;

namespace Spotify.Player;

/// <summary>The JSON of <see cref="PlayerState"/>, as it is stored and as clients read it. Times are in Unix milliseconds.</summary>
public static class PlayerStateJson
{
    /// <summary>Returns the JSON of a state, with the revision of its document.</summary>
    public static string Serialize(PlayerState state, long revision) =>
        JsonSerializer.Serialize(StateDocument.Of(state, revision), PlayerJson.Wire.StateDocument);

    /// <summary>
    /// Parses a state. Ignores unknown members, takes defaults for missing ones, for those of a wrong type and for values out of range, and
    /// cuts long lists, so that every state is valid. Returns <see cref="PlayerState.Empty"/> if the text is not a JSON object.
    /// </summary>
    public static PlayerState Parse(string json)
    {
        TryParse(json, out var state);
        return state;
    }

    /// <summary>
    /// Parses a state as <see cref="Parse"/> does. Returns false if something was lost: the text is not a JSON object, or a member has a
    /// wrong type.
    /// </summary>
    public static bool TryParse(string json, out PlayerState state)
    {
        state = PlayerState.Empty;
        try
        {
            if (JsonSerializer.Deserialize(json, PlayerJson.Wire.StateDocument) is not { } document) return false;
            state = document.ToState();
            return true;
        }
        catch (JsonException)
        {
            if (OfReadableMembers(json) is { } document) state = document.ToState();
            return false;
        }
    }

    // Each member is tried by itself. States are damaged so seldom that the time does not matter.
    private static StateDocument? OfReadableMembers(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject members) return null;
            foreach (var (name, value) in members.ToList())
                if (!IsReadable(new JsonObject { [name] = value?.DeepClone() })) members.Remove(name);
            return members.Deserialize(PlayerJson.Wire.StateDocument);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // Names that occur twice are an argument error.
            return null;
        }
    }

    private static bool IsReadable(JsonObject member)
    {
        try
        {
            member.Deserialize(PlayerJson.Wire.StateDocument);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
