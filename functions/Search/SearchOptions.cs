using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Spotify.Search.Ranking;

namespace Spotify.Functions.Search;

/// <summary>The settings of search.</summary>
public sealed class SearchOptions
{
    /// <summary>The weights of the signals that order results.</summary>
    [ValidateObjectMembers]
    public RankingWeights Weights { get; set; } = new();

    /// <summary>How long the library of a listener is kept in memory; 0 s to 1 h. Saves count after this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LibraryCache { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Validates <see cref="SearchOptions"/>.</summary>
[OptionsValidator]
public sealed partial class SearchOptionsValidator : IValidateOptions<SearchOptions>;
