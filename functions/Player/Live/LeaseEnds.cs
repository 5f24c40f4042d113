using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Spotify.Functions.Player.Live;

/// <summary>
/// A reader of the ends of leases in the JSON of a state. Reads up to the end of the devices only, which come first, because a state has
/// hundreds of items and is sent to each connection.
/// </summary>
internal static class LeaseEnds
{
    private static readonly long MaxMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// Returns the earliest end of the lease of a device; <see cref="DateTimeOffset.MaxValue"/> if there is no device, and
    /// <see cref="DateTimeOffset.MinValue"/> if the devices cannot be read, so that the state is written again.
    /// </summary>
    /// <param name="state">The JSON of the state.</param>
    public static DateTimeOffset First(string state)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(state.Length));
        try
        {
            var first = First(buffer.AsSpan(0, Encoding.UTF8.GetBytes(state, buffer)));
            return first < MaxMs ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(first, 0)) : DateTimeOffset.MaxValue;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return DateTimeOffset.MinValue;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long First(ReadOnlySpan<byte> state)
    {
        var first = long.MaxValue;
        var json = new Utf8JsonReader(state);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isDevices = json.ValueTextEquals("devices"u8);
            json.Read();
            if (!isDevices)
            {
                json.Skip();
                continue;
            }

            var depth = json.CurrentDepth;
            while (json.Read() && json.CurrentDepth > depth)
            {
                if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("lease_ends_at"u8)) continue;
                json.Read();
                first = Math.Min(first, json.GetInt64());
            }

            break;
        }

        return first;
    }
}
