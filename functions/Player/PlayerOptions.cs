using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Spotify.Player;

namespace Spotify.Functions.Player;

/// <summary>The settings of players.</summary>
public sealed class PlayerOptions
{
    /// <summary>How long a device stays connected after it was last heard of; 1 min to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan DeviceLease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether contexts are always shuffled on the smartphones and tablets of listeners without Premium.</summary>
    public bool FreeShuffleOnMobile { get; set; }

    /// <summary>The number of skips in an hour on the smartphones and tablets of listeners without Premium; 0 for any number.</summary>
    [Range(0, PlayerLimits.MaxSkips)]
    public int FreeSkipsPerHour { get; set; }

    /// <summary>
    /// The client ids of the operator's own apps that get live tokens, besides the web player. A live token signs in to the listener's
    /// account, and so must not be given to the apps of others.
    /// </summary>
    public string[] LiveTokenApps { get; set; } = [];

    /// <summary>The maximum number of connections that listen to events, in an instance; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;
}

/// <summary>Validates <see cref="PlayerOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PlayerOptionsValidator : IValidateOptions<PlayerOptions>;
