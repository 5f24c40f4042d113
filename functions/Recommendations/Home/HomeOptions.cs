using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>The settings of the home page.</summary>
public sealed class HomeOptions
{
    /// <summary>
    /// The time for which the shelves of a listener are cached; 0 s to 10 min. Changes such as "not interested" take effect on the page
    /// after this time at the latest.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan Cache { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Validates <see cref="HomeOptions"/>.</summary>
[OptionsValidator]
public sealed partial class HomeOptionsValidator : IValidateOptions<HomeOptions>;
