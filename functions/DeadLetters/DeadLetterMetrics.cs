using System.Diagnostics.Metrics;

namespace Spotify.Functions.DeadLetters;

/// <summary>What operators watch of dead letters.</summary>
public sealed class DeadLetterMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.DeadLetters";

    private readonly Counter<long> archived;

    /// <summary>The metrics of a host.</summary>
    public DeadLetterMetrics(IMeterFactory meters) =>
        archived = meters.Create(MeterName).CreateCounter<long>("spotify.dead_letters.archived", "{message}", "Messages and tasks that nobody could handle, by source.");

    internal void Archived(string source) => archived.Add(1, new KeyValuePair<string, object?>("source", source));
}
