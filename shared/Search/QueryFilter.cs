using Spotify.Domain.Ports;

namespace Spotify.Search;

/// <summary>A field filter of a query, such as <c>artist:abba</c>. A result must match all filters.</summary>
public abstract record QueryFilter;

/// <summary>Text that a field must have: <c>artist:</c>, <c>album:</c>, <c>track:</c>.</summary>
/// <param name="Field">The field: the artists' names, the album's name, or the name of the entity itself.</param>
/// <param name="Words">The words, at least one, all of which the field must have.</param>
/// <param name="IsPhrase">Whether the field must have the words in this order, one after another.</param>
public sealed record TextFilter(SearchField Field, IReadOnlyList<Word> Words, bool IsPhrase) : QueryFilter;

/// <summary>Years of release: <c>year:1999</c>, <c>year:1999-2004</c>.</summary>
/// <param name="First">The first year, 0 to 9999.</param>
/// <param name="Last">The last year, 0 to 9999, at least <paramref name="First"/>.</param>
public sealed record YearFilter(int First, int Last) : QueryFilter;

/// <summary>A genre: <c>genre:"hip hop"</c>.</summary>
/// <param name="Name">The genre, folded by <see cref="SearchText.FoldedName"/>.</param>
public sealed record GenreFilter(string Name) : QueryFilter;

/// <summary>A recording: <c>isrc:</c>.</summary>
/// <param name="Code">The ISRC in upper case, without hyphens.</param>
public sealed record IsrcFilter(string Code) : QueryFilter;

/// <summary>A release: <c>upc:</c>.</summary>
/// <param name="Code">The UPC or EAN: letters and digits in upper case, without spaces and hyphens.</param>
public sealed record UpcFilter(string Code) : QueryFilter;

/// <summary>Albums of the last 14 days: <c>tag:new</c>.</summary>
public sealed record NewFilter : QueryFilter;

/// <summary>Albums of low popularity: <c>tag:hipster</c>.</summary>
/// <param name="MaxPopularity">The highest popularity, 0–100.</param>
public sealed record UnpopularFilter(int MaxPopularity) : QueryFilter;
