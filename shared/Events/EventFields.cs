using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spotify.Events;

/// <summary>
/// The members of an event in the body of a request. Text is kept as in the body, escape sequences included, so that it can be copied to
/// the message.
/// </summary>
internal ref struct EventFields
{
    private const string InvalidId = "id must be text of 1 to 64 characters";
    private const string InvalidType = "unknown type";
    private const string InvalidTime = "timestamp must be an RFC 3339 time";
    private const string InvalidUri = "uri is not valid for the type";
    private const string InvalidPlayedMs = "played_ms must be an integer from 0 to 86400000";
    private const string InvalidDurationMs = "duration_ms must be an integer from 0 to 86400000";
    private const string InvalidPositionMs = "position_ms must be an integer from 0 to 86400000";
    private const string InvalidEndReason = "end_reason must be completed, skipped or error";
    private const string InvalidContext = "context_uri must be the URI of an entity";
    private const string InvalidDevice = "device_id must be text of 1 to 64 characters";
    private const string InvalidOffline = "offline must be true or false";
    private const string MissingDevice = "device_id is required if offline is true";

    // An escape sequence has six bytes.
    private const int MaxEscapedLength = 6 * EventRules.MaxUriLength;

    private static readonly byte[][] Types = Names<EventType>();
    private static readonly byte[][] EndReasons = Names<EndReason>();

    private ReadOnlySpan<byte> id;
    private ReadOnlySpan<byte> uri;
    private ReadOnlySpan<byte> uriText;
    private ReadOnlySpan<byte> contextUri;
    private ReadOnlySpan<byte> deviceId;
    private DateTimeOffset? timestamp;
    private long? playedMs;
    private long? durationMs;
    private long? positionMs;
    private int type;
    private int endReason;
    private bool isOffline;
    private bool hasInvalidPosition;
    private string? problem;

    public EventFields() => (type, endReason) = (-1, -1);

    /// <summary>The type. Known once <see cref="Check"/> has accepted the event.</summary>
    public readonly EventType Type => (EventType)type;

    /// <summary>Reads an object up to its end. Of a member that occurs more than once, the last counts.</summary>
    public void Read(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null) ReadMember(name, ref reader);
            // A value that should be text or a number.
            reader.Skip();
        }
    }

    /// <summary>Checks the event, and corrects its timestamp.</summary>
    /// <returns>The reason for a rejection; null if the event is accepted.</returns>
    public string? Check(TimeSpan correction, DateTimeOffset receivedAt)
    {
        if (problem is not null) return problem;
        if (id.IsEmpty) return InvalidId;
        if (type < 0) return InvalidType;
        if (uri.IsEmpty ? EventRules.RequiresUri(Type) : !EventRules.IsValidUri(Type, uriText)) return InvalidUri;
        if (Type == EventType.StreamEnd && playedMs is null) return InvalidPlayedMs;
        if (Type == EventType.StreamEnd && endReason < 0) return InvalidEndReason;
        // Ignored in events of other types, because older apps send members of their own.
        if (Type == EventType.StreamEnd && hasInvalidPosition) return InvalidPositionMs;
        if (isOffline && deviceId.IsEmpty) return MissingDevice;
        if (timestamp is not { } clientTime) return InvalidTime;
        if (EventRules.Correct(clientTime, correction, receivedAt, out var corrected) is { } reason) return reason;
        timestamp = corrected;
        return null;
    }

    /// <summary>Writes the event as a <see cref="ClientEvent"/>.</summary>
    public readonly void WriteTo(EventMessage message)
    {
        message.BeginEvent();
        message.Append("{\"id\":\""u8);
        message.Append(id);
        message.Append("\",\"type\":\""u8);
        message.Append(Types[type]);
        message.Append("\",\"timestamp\":\""u8);
        message.Append(timestamp!.Value);
        AppendText("\",\"uri\":\""u8, uri, message);
        AppendText("\",\"context_uri\":\""u8, contextUri, message);
        AppendText("\",\"device_id\":\""u8, deviceId, message);
        if (Type == EventType.StreamEnd) AppendText("\",\"end_reason\":\""u8, EndReasons[endReason], message);
        message.Append("\""u8);
        AppendNumber(",\"played_ms\":"u8, playedMs, message);
        AppendNumber(",\"duration_ms\":"u8, durationMs, message);
        if (Type == EventType.StreamEnd) AppendNumber(",\"position_ms\":"u8, positionMs, message);
        if (isOffline) message.Append(",\"offline\":true"u8);
        message.Append("}"u8);
    }

    /// <summary>Reads a time with an offset from UTC, as RFC 3339 requires.</summary>
    public static bool TryReadTime(scoped ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        const int shortestTime = 20;
        time = default;
        if (!TryReadText(ref reader, out _, out var text) || !reader.TryGetDateTimeOffset(out time)) return false;
        return text.Length >= shortestTime && (text[^1] == 'Z' || text[^6] is (byte)'+' or (byte)'-');
    }

    private void ReadMember(ReadOnlySpan<byte> name, scoped ref Utf8JsonReader reader)
    {
        string? invalid = null;
        if (name.SequenceEqual("id"u8))
        {
            if (!IsText(ref reader, out id)) invalid = InvalidId;
        }
        else if (name.SequenceEqual("type"u8))
        {
            if (!TryReadName(ref reader, Types, out type)) invalid = InvalidType;
        }
        else if (name.SequenceEqual("uri"u8))
        {
            if (!TryReadText(ref reader, out uri, out uriText)) invalid = InvalidUri;
        }
        else if (name.SequenceEqual("timestamp"u8))
        {
            if (TryReadTime(ref reader, out var time)) timestamp = time;
            else invalid = InvalidTime;
        }
        else if (name.SequenceEqual("played_ms"u8))
        {
            if (!TryReadDuration(ref reader, out playedMs)) invalid = InvalidPlayedMs;
        }
        else if (name.SequenceEqual("duration_ms"u8))
        {
            if (!TryReadDuration(ref reader, out durationMs)) invalid = InvalidDurationMs;
        }
        else if (name.SequenceEqual("position_ms"u8))
        {
            hasInvalidPosition = !TryReadDuration(ref reader, out positionMs);
        }
        else if (name.SequenceEqual("end_reason"u8))
        {
            if (!TryReadName(ref reader, EndReasons, out endReason)) invalid = InvalidEndReason;
        }
        else if (name.SequenceEqual("context_uri"u8))
        {
            if (!TryReadText(ref reader, out contextUri, out var text) || !EventRules.IsEntity(text, out _)) invalid = InvalidContext;
        }
        else if (name.SequenceEqual("device_id"u8))
        {
            if (!IsText(ref reader, out deviceId)) invalid = InvalidDevice;
        }
        else if (name.SequenceEqual("offline"u8))
        {
            isOffline = reader.TokenType == JsonTokenType.True;
            if (!isOffline && reader.TokenType != JsonTokenType.False) invalid = InvalidOffline;
        }

        problem ??= invalid;
    }

    private static bool IsText(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> raw) =>
        TryReadText(ref reader, out raw, out var text) && EventRules.IsText(text, EventRules.MaxIdLength);

    // Returns text that is not empty, as it is in the body and without escape sequences.
    private static bool TryReadText(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> text)
    {
        raw = text = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length is 0 or > MaxEscapedLength) return false;
        raw = text = reader.ValueSpan;
        if (!reader.ValueIsEscaped) return true;
        try
        {
            text = Encoding.UTF8.GetBytes(reader.GetString()!);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, or bytes that are not UTF-8.
            return false;
        }
    }

    private static bool TryReadName(scoped ref Utf8JsonReader reader, byte[][] names, out int index)
    {
        index = TryReadText(ref reader, out _, out var text) ? names.Length : 0;
        while (--index >= 0 && !text.SequenceEqual(names[index]))
        {
        }

        return index >= 0;
    }

    private static bool TryReadDuration(scoped ref Utf8JsonReader reader, out long? milliseconds)
    {
        milliseconds = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            && number is >= 0 and <= EventRules.MaxDurationMs ? number : null;
        return milliseconds is not null;
    }

    private static void AppendText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, EventMessage message)
    {
        if (text.IsEmpty) return;
        message.Append(name);
        message.Append(text);
    }

    private static void AppendNumber(ReadOnlySpan<byte> name, long? number, EventMessage message)
    {
        if (number is null) return;
        message.Append(name);
        message.Append(number.Value);
    }

    // The names in JSON, in the order of the values.
    private static byte[][] Names<T>() where T : struct, Enum =>
    [
        .. Enum.GetNames<T>().Select(name => typeof(T).GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name)
            .Select(Encoding.UTF8.GetBytes),
    ];
}
