using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.ChartUpdater;

/// <summary>The settings of charts.</summary>
public sealed class ChartOptions
{
    /// <summary>
    /// How long the plays of messages are collected before they are written together. A message is acknowledged after that; 0 s to 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan FlushDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of messages that are written at once, before the delay ends; 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int FlushMessages { get; set; } = 1000;

    /// <summary>How long charts and live listeners are kept in memory by the instances that show them; 0 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Cache { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Validates <see cref="ChartOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ChartOptionsValidator : IValidateOptions<ChartOptions>;
