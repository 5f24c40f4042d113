using System.Globalization;

namespace Spotify.Benchmarks;

/// <summary><c>--name value</c> pairs.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> values = [];

    public Arguments(string[] args, params string[] known)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!known.Contains(args[i]) || i + 1 == args.Length)
            {
                var names = string.Join(", ", known);
                throw new BenchmarkException($"'{args[i]}' is unknown or has no value. Expected any of {names}, each with a value.");
            }

            values[args[i]] = args[i + 1];
        }
    }

    public string Text(string name) =>
        values.TryGetValue(name, out var value) ? value : throw new BenchmarkException($"{name} is missing.");

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise)
    {
        if (!values.TryGetValue(name, out var value)) return otherwise;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new BenchmarkException($"{name}: '{value}' is not a number above 0.");
    }
}
