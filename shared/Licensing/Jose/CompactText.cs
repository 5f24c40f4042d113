using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spotify.Licensing.Jose;

/// <summary>
/// A compact JWS or JWE, which is a string in JSON. Kept as ASCII, because the string of a license with many items would be a large object
/// of the garbage collector.
/// </summary>
/// <param name="ascii">The text.</param>
[JsonConverter(typeof(Converter))]
public sealed class CompactText(byte[] ascii)
{
    private readonly byte[] ascii = ascii;

    /// <summary>Returns the text.</summary>
    public override string ToString() => Encoding.ASCII.GetString(ascii);

    /// <summary>The conversion from and to a JSON string.</summary>
    public sealed class Converter : JsonConverter<CompactText>
    {
        /// <inheritdoc/>
        public override CompactText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new(Encoding.ASCII.GetBytes(reader.GetString()!)) : throw new JsonException();

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, CompactText value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ascii);
    }
}
