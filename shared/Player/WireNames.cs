namespace Spotify.Player;

/// <summary>The names of enum values in JSON, in lower case.</summary>
public static class WireNames
{
    /// <summary>Returns the name of a repeat mode: off, context or track.</summary>
    public static string Of(RepeatMode mode) => Name(mode);

    /// <summary>Parses the name of a repeat mode. Returns false if there is none with the name.</summary>
    public static bool TryParse(string? name, out RepeatMode mode)
    {
        mode = Parse<RepeatMode>(name);
        return Name(mode) == name;
    }

    internal static string Of(ItemSource source) => Name(source);

    internal static string Of(AutoplayState state) => Name(state);

    /// <summary>Parses a name. Returns the default value if there is none with the name.</summary>
    internal static T Parse<T>(string? name)
        where T : struct, Enum => Names<T>.Values.GetValueOrDefault(name ?? "");

    private static string Name<T>(T value)
        where T : struct, Enum => Names<T>.Texts[value];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Texts =
            Enum.GetValues<T>().ToDictionary(value => value, value => value.ToString().ToLowerInvariant());

        public static readonly Dictionary<string, T> Values =
            Texts.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
