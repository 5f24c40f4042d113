using System.Globalization;
using System.Text.Json;

namespace Spotify.Hosting.Telemetry;

/// <summary>A writer of values of any type as log fields.</summary>
internal static class JsonValues
{
    /// <summary>Writes numbers and booleans as such, other values as text.</summary>
    public static void WriteValue(this Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(name); break;
            case bool flag: writer.WriteBoolean(name, flag); break;
            case int number: writer.WriteNumber(name, number); break;
            case long number: writer.WriteNumber(name, number); break;
            case double number when double.IsFinite(number): writer.WriteNumber(name, number); break;
            default: writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
