using Spotify.Domain.Ports;

namespace Spotify.Search.Ranking;

/// <summary>
/// The text relevance of documents for a query: BM25 over the fields of a document (BM25F with term frequencies of 1, because words of
/// names rarely repeat), divided by the highest possible value.
/// </summary>
/// <seealso href="https://doi.org/10.1561/1500000019">Robertson and Zaragoza: The Probabilistic Relevance Framework</seealso>
public sealed class TextRelevance
{
    private const double Saturation = 1.2;
    private const double LengthShare = 0.75;
    private const double UsualLength = 3;

    // Of a name that has further words. Prefixes are 1 for a whole word.
    private const double Partial = 0.75;
    private const double ShortestPrefix = 0.7;

    private readonly string foldedName;
    private readonly double[] importance;
    private readonly double totalImportance;
    private readonly Dictionary<string, List<(int Group, SearchField Field, double Quality)>> terms = new(StringComparer.Ordinal);
    private readonly List<(int Group, PlannedTerm Planned)> prefixes = [];

    /// <summary>Prepares the scoring of documents.</summary>
    /// <param name="query">The query.</param>
    /// <param name="foldedName">The words of the query as a folded name; may be empty.</param>
    public TextRelevance(PlannedQuery query, string foldedName)
    {
        this.foldedName = foldedName;
        var groups = query.Groups.Where(group => group.Importance > 0).ToList();
        importance = [.. groups.Select(group => group.Importance)];
        totalImportance = importance.Sum();
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var planned in groups[i].Terms)
            {
                if (!terms.TryGetValue(planned.Term.Text, out var entries)) terms[planned.Term.Text] = entries = [];
                entries.Add((i, planned.Term.Field, planned.Quality));
                if (planned.Term.IsPrefix) prefixes.Add((i, planned));
            }
        }
    }

    /// <summary>Returns the relevance of a document, 0 to 1; 1 for all documents if the query has tags only.</summary>
    public double Of(SearchDocument document) => Of(document, out _);

    /// <summary>Returns the relevance of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isName">Whether the query is the name of the document, or another form of it.</param>
    public double Of(SearchDocument document, out bool isName)
    {
        isName = false;
        if (totalImportance <= 0) return 1;
        if (foldedName.Length > 0 && IsSameName(NameOf(document.Name), foldedName))
        {
            isName = true;
            return 1;
        }

        Span<double> best = importance.Length <= 64 ? stackalloc double[importance.Length] : new double[importance.Length];
        best.Clear();
        AddField(document.Name, SearchField.Name, 1, best);
        var inName = Sum(best);
        AddField(document.Artists, SearchField.Artist, 0.8, best);
        AddField(document.Album, SearchField.Album, 0.5, best);
        isName = inName >= 0.9;
        return Sum(best);
    }

    /// <summary>Returns how well a word is matched by a prefix of it, by their lengths.</summary>
    internal static double OfPrefix(int typed, int word) => ShortestPrefix + ((1 - ShortestPrefix) * typed / word);

    /// <summary>Returns the name in a field with further terms: what is before the tab.</summary>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> field) => field.IndexOf('\t') is >= 0 and var tab ? field[..tab] : field;

    // AC DC is the same as ACDC.
    private static bool IsSameName(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var (i, j) = (0, 0);
        while (true)
        {
            while (i < first.Length && first[i] == ' ') i++;
            while (j < second.Length && second[j] == ' ') j++;
            if (i == first.Length || j == second.Length) return i == first.Length && j == second.Length;
            if (first[i++] != second[j++]) return false;
        }
    }

    private double Sum(ReadOnlySpan<double> best)
    {
        var sum = 0.0;
        for (var i = 0; i < best.Length; i++) sum += best[i] * importance[i];
        return sum / totalImportance;
    }

    private void AddField(ReadOnlySpan<char> text, SearchField field, double weight, Span<double> best)
    {
        var names = NameOf(text);
        foreach (var name in names.Split('\n')) AddName(names[name], 0, field, weight, best);
        if (names.Length == text.Length) return;
        var words = names.Count(' ') + 1;
        AddName(text[(names.Length + 1)..], words, field, weight * 0.95, best);
    }

    // Further terms have no length of their own: they stand for the words of the names.
    private void AddName(ReadOnlySpan<char> name, int length, SearchField field, double weight, Span<double> best)
    {
        Span<double> found = stackalloc double[best.Length];
        found.Clear();
        var (words, matched) = (0, 0);
        foreach (var range in name.Split(' '))
        {
            var word = name[range];
            if (word.IsEmpty) continue;
            words++;
            if (Match(word, field, found)) matched++;
        }

        if (matched == 0) return;
        if (length > 0) words = length;
        var factor = weight * (matched >= words ? 1 : Partial * OfLength(words));
        for (var i = 0; i < found.Length; i++) best[i] = Math.Max(best[i], found[i] * factor);
    }

    private static double OfLength(int words) =>
        (1 + (Saturation * (1 - LengthShare + (LengthShare / UsualLength))))
        / (1 + (Saturation * (1 - LengthShare + (LengthShare * words / UsualLength))));

    private bool Match(ReadOnlySpan<char> word, SearchField field, Span<double> found)
    {
        var matches = false;
        if (terms.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var entries))
        {
            foreach (var (group, wanted, quality) in entries)
            {
                if (wanted != SearchField.Any && wanted != field) continue;
                found[group] = Math.Max(found[group], quality);
                matches = true;
            }
        }

        foreach (var (group, planned) in prefixes)
        {
            var text = planned.Term.Text;
            if (planned.Term.Field != SearchField.Any && planned.Term.Field != field) continue;
            if (word.Length <= text.Length || !word.StartsWith(text, StringComparison.Ordinal)) continue;
            found[group] = Math.Max(found[group], planned.Quality * OfPrefix(text.Length, word.Length));
            matches = true;
        }

        return matches;
    }
}
