using Spotify.Domain.Data;

namespace Spotify.Functions.PlaylistGenerator.Listeners;

/// <summary>
/// The weights of listening by age and kind, as in the training: <c>TrainingReaderOptions</c>. A model must be asked with the weights that
/// it was trained on.
/// </summary>
internal static class PlayWeights
{
    /// <summary>The weight of a saved track.</summary>
    public const float SavedTrack = 2;

    /// <summary>The weight of each track of a saved album.</summary>
    public const float SavedAlbum = 0.5f;

    /// <summary>The age in days at which a play or an addition to a playlist has lost half of its weight.</summary>
    public const double HalfLifeDays = 180;

    /// <summary>The age to which plays are kept.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>The age to which plays are recent.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>The age to which additions to playlists count.</summary>
    public static readonly TimeSpan MaxAgeOfAdditions = TimeSpan.FromDays(400);

    /// <summary>The decay of plays. Within a week, the weight changes by 2.7 %.</summary>
    public static readonly DecaySql Plays = new("week", 13, 7);

    /// <summary>The decay of additions to playlists, which have weight 1 at first. Within a month, the weight changes by 11 %.</summary>
    public static readonly DecaySql Additions = new("month", 14, 30);

    /// <summary>Returns the weight of an event of an age, 0 to 1.</summary>
    public static double Decay(double days) => double.Exp2(-Math.Max(0, days) / HalfLifeDays);
}

/// <summary>
/// The decay of weights in SQL, by steps of some days, because the engines have no arithmetic with times in common.
/// </summary>
/// <param name="Name">The name of a step, for the parameters.</param>
/// <param name="Steps">The number of steps. Older events have weight 0.</param>
/// <param name="Days">The length of a step.</param>
internal sealed record DecaySql(string Name, int Steps, int Days)
{
    /// <summary>The parameters of <see cref="Of"/>.</summary>
    public IEnumerable<(string, ColumnType)> Parameters =>
    [
        .. Statement.ListParameters(Name, Steps, ColumnType.Timestamp),
        .. Statement.ListParameters(Name + "Weight", Steps, ColumnType.Float64),
    ];

    /// <summary>Returns an expression for the weight of an event.</summary>
    /// <param name="time">The column with its time.</param>
    public string Of(string time) => "CASE "
        + string.Concat(Enumerable.Range(0, Steps)
            .Select(i => FormattableString.Invariant($"WHEN {time} >= @{Name}{i} THEN @{Name}Weight{i} ")))
        + "ELSE 0.0 END";

    /// <summary>Adds the values of the parameters.</summary>
    public Parameters AddTo(Parameters parameters, DateTimeOffset now)
    {
        for (var i = 0; i < Steps; i++)
        {
            parameters.Add(FormattableString.Invariant($"{Name}{i}"), now.AddDays(-Days * (i + 1)));
            parameters.Add(FormattableString.Invariant($"{Name}Weight{i}"), PlayWeights.Decay(Days * (i + 0.5)));
        }

        return parameters;
    }
}
