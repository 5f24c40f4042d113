using System.Text.Json.Nodes;

namespace Spotify.Web.Wire;

/// <summary>
/// The parameter <c>fields</c>, which selects members of a response. Names are separated by commas; <c>a.b</c> and <c>a(b,c)</c> select
/// members of an object or of each object of an array; <c>!a</c> excludes <c>a</c>, unless other names are included at the same level.
/// </summary>
public sealed class FieldsFilter
{
    /// <summary>The maximum length of the parameter, in characters.</summary>
    public const int MaxLength = 2000;

    private const int MaxDepth = 16;

    private readonly Dictionary<string, FieldsFilter?> included = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldsFilter?> excluded = new(StringComparer.Ordinal);

    private FieldsFilter()
    {
    }

    /// <summary>Parses a parameter. Returns null, which selects everything, if it is missing.</summary>
    /// <exception cref="ApiException">400: the parameter is too long or invalid.</exception>
    public static FieldsFilter? Parse(string? fields)
    {
        if (string.IsNullOrWhiteSpace(fields)) return null;
        if (fields.Length > MaxLength) throw ApiException.BadRequest($"Invalid fields: at most {MaxLength} characters");
        var parser = new Parser(fields);
        var filter = new FieldsFilter();
        parser.ReadGroup(filter, depth: 1);
        parser.ExpectEnd();
        return filter;
    }

    /// <summary>Returns the selected members of a response.</summary>
    public JsonNode? Apply(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(Apply)]);
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (name, value) in members)
                {
                    if (included.Count > 0)
                    {
                        if (included.TryGetValue(name, out var inner)) kept[name] = inner is null ? value?.DeepClone() : inner.Apply(value);
                    }
                    else if (!excluded.TryGetValue(name, out var without)) kept[name] = value?.DeepClone();
                    else if (without is not null) kept[name] = without.Apply(value);
                }

                return kept;
            default:
                return node?.DeepClone();
        }
    }

    private ref struct Parser(string text)
    {
        private int position = 0;

        public void ReadGroup(FieldsFilter filter, int depth)
        {
            do ReadField(filter, depth);
            while (Accept(','));
        }

        public void ExpectEnd()
        {
            SkipSpaces();
            if (position < text.Length) throw Unexpected();
        }

        private void ReadField(FieldsFilter filter, int depth)
        {
            if (depth > MaxDepth) throw ApiException.BadRequest($"Invalid fields: at most {MaxDepth} levels");
            var exclude = Accept('!');
            var name = Name();
            var (into, outer) = (exclude ? filter.excluded : filter.included, name);
            if (Accept('.'))
            {
                var inner = Inner(into, outer);
                // An exclamation mark at the start of a path excludes the last name only.
                if (exclude) ReadExcluded(inner, depth + 1);
                else ReadField(inner, depth + 1);
            }
            else if (Accept('('))
            {
                ReadGroup(Inner(into, outer), depth + 1);
                if (!Accept(')')) throw Unexpected();
            }
            else
            {
                into[outer] = null;
            }
        }

        private void ReadExcluded(FieldsFilter filter, int depth)
        {
            if (depth > MaxDepth) throw ApiException.BadRequest($"Invalid fields: at most {MaxDepth} levels");
            var name = Name();
            if (Accept('.')) ReadExcluded(Inner(filter.excluded, name), depth + 1);
            else filter.excluded[name] = null;
        }

        // a.b,a.c is equivalent to a(b,c), and a,a.b to a.
        private static FieldsFilter Inner(Dictionary<string, FieldsFilter?> fields, string name)
        {
            if (!fields.TryGetValue(name, out var inner)) fields[name] = inner = new FieldsFilter();
            return inner ?? new FieldsFilter();
        }

        private string Name()
        {
            SkipSpaces();
            var start = position;
            while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '_')) position++;
            return position > start ? text[start..position] : throw Unexpected();
        }

        private bool Accept(char expected)
        {
            SkipSpaces();
            if (position == text.Length || text[position] != expected) return false;
            position++;
            return true;
        }

        private void SkipSpaces()
        {
            while (position < text.Length && text[position] == ' ') position++;
        }

        private readonly ApiException Unexpected() => ApiException.BadRequest(position < text.Length
            ? $"Invalid fields: unexpected '{text[position]}' at character {position}"
            : "Invalid fields: it ends too early");
    }
}
