using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Popularity;

/// <summary>The settings of popularity. Section <c>Popularity</c>.</summary>
public sealed class PopularityOptions
{
    /// <summary>
    /// The plays in four weeks from which popularity follows from plays; 1 or more. With fewer, the popularity of the catalog is kept.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MinPlays { get; set; } = 10_000;
}

/// <summary>The validator of <see cref="PopularityOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PopularityOptionsValidator : IValidateOptions<PopularityOptions>;
