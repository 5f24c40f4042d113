using Spotify.Domain.Data;
using Spotify.Recommendations.Interactions;

namespace Spotify.Functions.PlaylistGenerator.Listeners;

/// <summary>The ages of plays and additions to playlists, and their weights (<see cref="SignalWeights"/>).</summary>
internal static class PlayWeights
{
    /// <summary>The age to which plays are kept.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>The age to which plays are recent.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>The age to which additions to playlists count.</summary>
    public static readonly TimeSpan MaxAgeOfAdditions = TimeSpan.FromDays(SignalWeights.MaxAgeDays);

    /// <summary>The decay of plays. Within a week, the weight changes by 2.7 %.</summary>
    public static readonly DecaySql Plays = new("week", 13, 7);

    /// <summary>The decay of additions to playlists. Within a month, the weight changes by 11 %.</summary>
    public static readonly DecaySql Additions = new("month", 14, 30);

    /// <summary>Returns the weight of an event of an age, 0 to 1.</summary>
    public static double Decay(double days) => double.Exp2(-Math.Max(0, days) / SignalWeights.HalfLifeDays);
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
