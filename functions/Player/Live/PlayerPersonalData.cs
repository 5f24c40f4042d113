using System.Text.Json;
using Spotify.Domain.Ports;
using Spotify.Web.PersonalData;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.Live;

/// <summary>The personal data in players.</summary>
internal static class PlayerPersonalData
{
    /// <summary>The live documents.</summary>
    public static IReadOnlyList<PersonalDocuments> Documents { get; } =
        [PersonalDocuments.In<IPlayerStates>("player", WriteAsync, (states, userId, ct) => states.DeleteAsync(userId, ct))];

    private static async Task WriteAsync(IPlayerStates states, string userId, Utf8JsonWriter json, CancellationToken ct)
    {
        if (await states.ReadAsync(userId, ct) is not { } document)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("revision", document.Revision);
        json.WriteString("valid_since", ApiTime.Format(document.ValidSince));
        WriteJson("revocations", document.Revocations);
        WriteJson("state", document.State);
        json.WriteEndObject();

        void WriteJson(string name, string? value)
        {
            json.WritePropertyName(name);
            if (value is null) json.WriteNullValue();
            else json.WriteRawValue(value);
        }
    }
}
