using System.Globalization;
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

    /// <summary>The age in days at which a play has lost half of its weight.</summary>
    public const double HalfLifeDays = 180;

    /// <summary>The age to which plays are kept.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>The age to which plays are recent.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    // Within a week, the weight changes by 2.7 %.
    private const int Weeks = 13;

    /// <summary>The parameters of <see cref="Sql"/>.</summary>
    public static IEnumerable<(string, ColumnType)> Parameters { get; } =
    [
        .. Statement.ListParameters("from", Weeks, ColumnType.Timestamp), .. Statement.ListParameters("weight", Weeks, ColumnType.Float64),
    ];

    /// <summary>Returns an expression for the weight of a play, by the week of its time.</summary>
    public static string Sql(string time) => "CASE "
        + string.Concat(Enumerable.Range(0, Weeks).Select(week => $"WHEN {time} >= @from{Text(week)} THEN @weight{Text(week)} "))
        + "ELSE 0.0 END";

    /// <summary>Adds the values of the parameters.</summary>
    public static Parameters AddTo(Parameters parameters, DateTimeOffset now)
    {
        for (var week = 0; week < Weeks; week++)
        {
            parameters.Add($"from{Text(week)}", now.AddDays(-7 * (week + 1)));
            parameters.Add($"weight{Text(week)}", Decay(7 * (week + 0.5)));
        }

        return parameters;
    }

    /// <summary>Returns the weight of a play of an age, 0 to 1.</summary>
    public static double Decay(double days) => double.Exp2(-Math.Max(0, days) / HalfLifeDays);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
