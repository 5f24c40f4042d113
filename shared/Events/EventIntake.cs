using System.Text.Json;

namespace Spotify.Events;

/// <summary>An event that was not accepted.</summary>
/// <param name="Index">The index in the request, from 0.</param>
/// <param name="Reason">The reason.</param>
public readonly record struct RejectedEvent(int Index, string Reason);

/// <summary>
/// The events of a request, divided by value: those that must never be dropped, and telemetry. The events go from the body of the request
/// to the bodies of the two messages without an object per event, because parsing is most of the cost of a large batch.
/// </summary>
public sealed class EventIntake : IDisposable
{
    private readonly EventSource source;
    private readonly List<RejectedEvent> rejected = [];
    private readonly int[] counts = new int[Enum.GetValues<EventType>().Length];

    private EventIntake(in EventSource source) => this.source = source;

    /// <summary>The message for <c>playback-events</c>; null if there is no such event.</summary>
    public EventMessage? Playback { get; private set; }

    /// <summary>The message for <c>telemetry-events</c>; null if there is no such event, or after it was taken.</summary>
    public EventMessage? Telemetry { get; private set; }

    /// <summary>The events that were not accepted, in the order of the request.</summary>
    public IReadOnlyList<RejectedEvent> Rejected => rejected;

    /// <summary>Returns the telemetry, which the caller disposes.</summary>
    public EventMessage? TakeTelemetry()
    {
        var telemetry = Telemetry;
        Telemetry = null;
        return telemetry;
    }

    /// <summary>Returns the number of accepted events of a type.</summary>
    public int CountOf(EventType type) => counts[(int)type];

    /// <summary>Reads the body of a request.</summary>
    /// <param name="body">The body, JSON: <c>{"sent_at":…,"events":[…]}</c>.</param>
    /// <param name="source">The sender.</param>
    /// <exception cref="FormatException">The body is not of that format, or has too many events; the message gives the reason.</exception>
    public static EventIntake Read(ReadOnlySpan<byte> body, in EventSource source)
    {
        var intake = new EventIntake(source);
        try
        {
            var correction = TimeSpan.Zero;
            var actual = intake.ReadBody(body, correction);
            if (actual != correction)
            {
                // The time of sending came after the events.
                intake.Dispose();
                intake = new EventIntake(source);
                intake.ReadBody(body, actual);
            }

            intake.Playback?.Complete();
            intake.Telemetry?.Complete();
            return intake;
        }
        catch (JsonException e)
        {
            intake.Dispose();
            throw new FormatException($"Error parsing JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", e);
        }
        catch
        {
            intake.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Playback?.Dispose();
        Telemetry?.Dispose();
        (Playback, Telemetry) = (null, null);
    }

    // Returns the correction that should have been used.
    private TimeSpan ReadBody(ReadOnlySpan<byte> body, TimeSpan correction)
    {
        var (hasEvents, hasTime) = (false, false);
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new FormatException("The body must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (name.SequenceEqual("events"u8))
            {
                if (hasEvents) throw new FormatException("events must be given once");
                hasEvents = true;
                ReadEvents(ref reader, body.Length, correction);
            }
            else if (name.SequenceEqual("sent_at"u8))
            {
                reader.Read();
                if (hasTime) throw new FormatException("sent_at must be given once");
                hasTime = true;
                if (reader.TokenType == JsonTokenType.Null) continue;
                if (!EventFields.TryReadTime(ref reader, out var sentAt)) throw new FormatException("sent_at must be an RFC 3339 time");
                var actual = EventRules.ClockCorrection(sentAt, source.ReceivedAt);
                if (hasEvents && actual != correction) return actual;
                correction = actual;
            }
            else
            {
                reader.Skip();
            }
        }

        // Checks that nothing follows.
        reader.Read();
        return hasEvents ? correction : throw new FormatException("Missing events: an array of up to 500 events");
    }

    private void ReadEvents(ref Utf8JsonReader reader, int bodyLength, TimeSpan correction)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new FormatException("events must be an array");
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == EventRules.MaxEvents) throw new FormatException($"Too many events: at most {EventRules.MaxEvents}");
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                rejected.Add(new RejectedEvent(index, "an event must be an object"));
                continue;
            }

            var fields = new EventFields();
            fields.Read(ref reader);
            if (fields.Check(correction, source.ReceivedAt) is { } reason)
            {
                rejected.Add(new RejectedEvent(index, reason));
                continue;
            }

            counts[(int)fields.Type]++;
            fields.WriteTo(ClientEvent.IsPlaybackType(fields.Type)
                ? Playback ??= new EventMessage(source, bodyLength)
                : Telemetry ??= new EventMessage(source, bodyLength));
        }
    }
}
