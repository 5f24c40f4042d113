using System.Diagnostics.Metrics;

namespace Spotify.Functions.DeadLetters;

/// <summary>The metrics of dead letters.</summary>
public sealed class DeadLetterMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.DeadLetters";

    private readonly Counter<long> archived;

    /// <summary>Creates the metrics of a host.</summary>
    public DeadLetterMetrics(IMeterFactory meters) => archived = meters.Create(MeterName)
        .CreateCounter<long>("spotify.dead_letters.archived", "{message}", "Messages and tasks that could not be handled, by source.");

    internal void Archived(string source) => archived.Add(1, new KeyValuePair<string, object?>("source", source));
}
