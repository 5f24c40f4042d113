using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Search.Terms;

namespace Spotify.Search.Ranking;

/// <summary>
/// The terms to search for, made from a parsed query with the help of the term dictionary: the words, their romanizations, words written
/// together or apart, and corrections of typos.
/// </summary>
public sealed class QueryPlan
{
    private const double OtherForm = 0.95;
    private const double JoinedOrSplit = 0.9;
    private const double OneEdit = 0.6;
    private const double TwoEdits = 0.4;

    // Typos are corrected in words that are this many times rarer than the correction, because documents have typos too.
    private const int RareFactor = 50;

    // Looking for corrections costs more than the rest of a plan, so it is done for words in at most one of this many documents.
    private const int RareShare = 10_000;
    private const int MinRare = 3;

    private const int NewDays = 14;

    private const int MaxCorrections = 8;
    private const int MaxCompletions = 20;

    private readonly ParsedQuery query;
    private readonly TermDictionary? dictionary;
    private readonly DateOnly today;
    private readonly bool corrects;
    private readonly Dictionary<(string Word, bool IsPrefix), IReadOnlyList<TermMatch>> corrections;
    private readonly List<PlannedGroup> wordGroups;
    private PlannedQuery? ofAllTypes;

    /// <summary>Creates a plan.</summary>
    /// <param name="query">The query.</param>
    /// <param name="dictionary">The term dictionary; null if there is none yet, and typos are then not corrected.</param>
    /// <param name="today">The day from which <c>tag:new</c> counts back.</param>
    public QueryPlan(ParsedQuery query, TermDictionary? dictionary, DateOnly today)
        : this(query, dictionary, today, corrects: false, [])
    {
    }

    private QueryPlan(
        ParsedQuery query, TermDictionary? dictionary, DateOnly today, bool corrects,
        Dictionary<(string Word, bool IsPrefix), IReadOnlyList<TermMatch>> corrections)
    {
        (this.query, this.dictionary, this.today, this.corrects, this.corrections) = (query, dictionary, today, corrects, corrections);
        wordGroups = [.. Enumerable.Range(0, query.Words.Count).Select(OfWord)];
        Isrc = query.Filters.OfType<IsrcFilter>().FirstOrDefault()?.Code;
        Upc = query.Filters.OfType<UpcFilter>().FirstOrDefault()?.Code;
        FoldedName = string.Join(' ', NameWords().Select(word => word.Text));
    }

    /// <summary>
    /// The words in the format of <see cref="SearchText.FoldedName"/>, by which entities of exactly this name are found; may be empty.
    /// </summary>
    public string FoldedName { get; }

    /// <summary>The code of the filter <c>isrc:</c>; null if there is none.</summary>
    public string? Isrc { get; }

    /// <summary>The code of the filter <c>upc:</c>; null if there is none.</summary>
    public string? Upc { get; }

    /// <summary>
    /// Returns the query for a type; null if no entity of the type can match. Without filters, it is the same for all types.
    /// </summary>
    public PlannedQuery? For(EntityType type) => query.Filters.Count > 0 ? Create(type) : ofAllTypes ??= Create(type);

    private PlannedQuery? Create(EntityType type)
    {
        if (Isrc is not null && type != EntityType.Track || Upc is not null && type != EntityType.Album) return null;
        var groups = wordGroups.ToList();
        var phrases = new List<PlannedPhrase>();
        var maxPopularity = 100;
        foreach (var phrase in query.Phrases) AddPhrase(phrase, SearchField.Any, isPhrase: true);
        foreach (var filter in query.Filters)
        {
            switch (filter)
            {
                case TextFilter text when FieldFor(text.Field, type) is { } field:
                    AddPhrase(text.Words, field, text.IsPhrase);
                    break;
                case TextFilter:
                    return null;
                // Artists have no year of release.
                case YearFilter when type == EntityType.Artist && HasText:
                    break;
                case YearFilter year:
                    AddTags(SearchTags.YearRange(year.First, year.Last));
                    break;
                case GenreFilter genre:
                    AddTags([SearchTags.Genre(genre.Name)]);
                    break;
                case NewFilter:
                    AddTags(ReleaseDays(today, NewDays));
                    break;
                case UnpopularFilter unpopular:
                    maxPopularity = Math.Min(maxPopularity, unpopular.MaxPopularity);
                    break;
            }
        }

        if (groups.Count == 0 && query.Filters.Count > 0) AddTags([SearchTags.All]);
        return groups.Count == 0 ? null : new PlannedQuery(WithoutRepetitions(groups), phrases, maxPopularity);

        void AddPhrase(IReadOnlyList<Word> words, SearchField field, bool isPhrase)
        {
            groups.AddRange(words.Select(word => Group(word.Text, Forms(word, field, isPrefix: false))));
            if (isPhrase) phrases.Add(new PlannedPhrase(field, string.Join(' ', words.Select(word => word.Text))));
        }

        void AddTags(IReadOnlyList<string> tags) => groups.Add(new PlannedGroup(
            [.. tags.TakeLast(SearchQuery.MaxTerms).Select(tag => new PlannedTerm(new SearchTerm(SearchField.Tag, tag, false), 1))], 0));
    }

    /// <summary>Returns the plan with corrections of all words; null if there are none.</summary>
    public QueryPlan? Corrected()
    {
        if (dictionary is null || corrects) return null;
        var hasCorrections = query.Words.Index().Any(word => Corrections(word.Item, IsPrefix(word.Index)).Count > 0)
            || query.Filters.OfType<TextFilter>().Any(filter => filter.Words.Any(word => Corrections(word, false).Count > 0));
        return hasCorrections ? new QueryPlan(query, dictionary, today, corrects: true, corrections) : null;
    }

    /// <summary>Returns the plan in which words that the dictionary does not have are two words; null if there are none.</summary>
    public QueryPlan? Split()
    {
        if (dictionary is null) return null;
        var words = new List<Word>();
        foreach (var (index, word) in query.Words.Index())
        {
            if (!IsKnown(word, IsPrefix(index)) && dictionary.Splits(word.Text, 1) is [var (first, second)])
                words.AddRange([new Word(first, []), new Word(second, [])]);
            else
                words.Add(word);
        }

        return words.Count == query.Words.Count || words.Count > ParsedQuery.MaxWords ? null
            : new QueryPlan(query with { Words = words }, dictionary, today, corrects, corrections);
    }

    /// <summary>Returns the terms of the days of release up to a day, the oldest first.</summary>
    public static IReadOnlyList<string> ReleaseDays(DateOnly last, int days) =>
        [.. Enumerable.Range(0, days).Select(i => SearchTags.ReleaseDay(last.AddDays(i + 1 - days))).OfType<string>()];

    private bool HasText => query.Words.Count > 0 || query.Phrases.Count > 0 || query.Filters.Any(filter => filter is TextFilter);

    private bool IsPrefix(int index) => query.LastIsPrefix && index == query.Words.Count - 1;

    // The name of an artist is in the field of names, as that of an album.
    private static SearchField? FieldFor(SearchField field, EntityType type) => (field, type) switch
    {
        (SearchField.Artist, EntityType.Artist) or (SearchField.Album, EntityType.Album) => SearchField.Name,
        (SearchField.Album, EntityType.Artist or EntityType.Playlist) => null,
        (SearchField.Artist, EntityType.Playlist) => null,
        (SearchField.Name, not EntityType.Track) => null,
        _ => field,
    };

    private IEnumerable<Word> NameWords() => (query.Words.Count, query.Phrases.Count) switch
    {
        ( > 0, 0) => query.Words,
        (0, 1) => query.Phrases[0],
        (0, 0) => query.Filters.OfType<TextFilter>().FirstOrDefault(filter => filter.Field == SearchField.Name)?.Words ?? [],
        _ => [],
    };

    private PlannedGroup OfWord(int index)
    {
        var (word, isPrefix) = (query.Words[index], IsPrefix(index));
        var terms = Forms(word, SearchField.Any, isPrefix);
        if (index > 0) AddJoined(query.Words[index - 1].Text + word.Text, isPrefix);
        if (index + 1 < query.Words.Count) AddJoined(word.Text + query.Words[index + 1].Text, IsPrefix(index + 1));
        return Group(word.Text, terms);

        void AddJoined(string joined, bool joinedIsPrefix)
        {
            var isKnown = dictionary is null || dictionary.TryFind(joined, out _)
                || (joinedIsPrefix && dictionary.Complete(joined, 1).Count > 0);
            if (isKnown) terms.AddRange(Typed(joined, SearchField.Any, joinedIsPrefix, JoinedOrSplit));
        }
    }

    private List<PlannedTerm> Forms(Word word, SearchField field, bool isPrefix)
    {
        List<PlannedTerm> terms = [.. Typed(word.Text, field, isPrefix, 1)];
        foreach (var form in word.Alternatives) terms.AddRange(Typed(form, field, isPrefix, OtherForm));
        if (!corrects && !IsRare(word, isPrefix)) return terms;
        terms.AddRange(Corrections(word, isPrefix).Select(match =>
            new PlannedTerm(new SearchTerm(field, match.Text, false), match.Distance == 1 ? OneEdit : TwoEdits)));
        return terms;
    }

    // Prefixes that the search index does not have are completed here. Without a completion, they are of few words that are newer than the
    // dictionary.
    private IEnumerable<PlannedTerm> Typed(string text, SearchField field, bool isPrefix, double quality)
    {
        var completions = isPrefix && text.Length > SearchQuery.MaxIndexedPrefix ? dictionary?.Complete(text, MaxCompletions) ?? [] : [];
        return completions
            .Where(completion => completion.Text != text)
            .Select(completion => new PlannedTerm(
                new SearchTerm(field, completion.Text, IsPrefix: false),
                quality * TextRelevance.OfPrefix(text.Length, completion.Text.Length)))
            .Prepend(new PlannedTerm(new SearchTerm(field, text, isPrefix && completions.Count == 0), quality));
    }

    private IReadOnlyList<TermMatch> Corrections(Word word, bool isPrefix)
    {
        if (dictionary is null) return [];
        if (!corrections.TryGetValue((word.Text, isPrefix), out var found))
            corrections[(word.Text, isPrefix)] = found = dictionary.Similar(word.Text, isPrefix, MaxCorrections);
        return found;
    }

    private bool IsRare(Word word, bool isPrefix)
    {
        if (dictionary is null || !IsKnown(word, isPrefix)) return true;
        var frequency = FrequencyOf(word.Text, isPrefix);
        return frequency <= Math.Max(MinRare, dictionary.Documents / RareShare)
            && Corrections(word, isPrefix) is [var best, ..] && frequency < best.Info.Frequency / RareFactor;
    }

    private bool IsKnown(Word word, bool isPrefix) => FrequencyOf(word.Text, isPrefix) > 0 || word.Alternatives.Any(IsTerm);

    private bool IsTerm(string text) => dictionary!.TryFind(text, out _);

    private int FrequencyOf(string text, bool isPrefix)
    {
        var frequency = dictionary!.TryFind(text, out var info) ? info.Frequency : 0;
        return isPrefix && dictionary.Complete(text, 1) is [var best] ? Math.Max(frequency, best.Info.Frequency) : frequency;
    }

    private PlannedGroup Group(string text, List<PlannedTerm> terms) =>
        new([.. terms.DistinctBy(planned => planned.Term).Take(SearchQuery.MaxTerms)], Importance(text, terms));

    // The inverse document frequency of BM25, of the best term that the dictionary has.
    private double Importance(string text, List<PlannedTerm> terms)
    {
        if (dictionary is null || dictionary.Documents == 0) return 1;
        var frequency = dictionary.TryFind(text, out var info) ? info.Frequency
            : terms.Select(planned => dictionary.TryFind(planned.Term.Text, out var other) ? other.Frequency : 0).Max();
        return Math.Log(1 + ((Math.Max(dictionary.Documents, frequency) - frequency + 0.5) / (frequency + 0.5)));
    }

    private static List<PlannedGroup> WithoutRepetitions(List<PlannedGroup> groups) =>
        [.. groups.DistinctBy(group => string.Join('|', group.Terms.Select(planned => planned.Term)))];
}
