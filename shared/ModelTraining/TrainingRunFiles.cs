using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Spotify.Domain.Ports;

namespace Spotify.ModelTraining;

/// <summary>The outcome of a training, which the job writes.</summary>
/// <param name="Version">The version of the saved model.</param>
/// <param name="Drift">The share of recommendations that change, 0 to 1; null if there is no published model.</param>
/// <param name="Failures">The failed checks, in one sentence each. Empty if the model may be published.</param>
public sealed record TrainingOutcome(string Version, double? Drift, IReadOnlyList<string> Failures);

/// <summary>The end of a run.</summary>
public enum TrainingRunState
{
    /// <summary>The model is published.</summary>
    Published,

    /// <summary>A check failed. The old model stays in use.</summary>
    Rejected,

    /// <summary>The training failed, or was not started.</summary>
    Failed,
}

/// <summary>The result of a run, which the function writes. A run with a result has ended.</summary>
/// <param name="State">The end of the run.</param>
/// <param name="Version">The version of the model; null if there is none.</param>
/// <param name="Detail">The reason; null if the model is published.</param>
/// <param name="At">The time.</param>
public sealed record TrainingRunResult(TrainingRunState State, string? Version, string? Detail, DateTimeOffset At);

/// <summary>A claim of a run. The call whose claim is stored starts the training.</summary>
/// <param name="Owner">A random number of the call.</param>
/// <param name="At">The time.</param>
public sealed record TrainingRunClaim(string Owner, DateTimeOffset At);

/// <summary>
/// The state of scheduled trainings in the object store: <c>models/runs/{run}/…</c>, beside the models. Each object is written once and
/// never changes, so that of two calls at the same time one wins, and a call that is cut off can be repeated.
/// </summary>
public sealed partial class TrainingRunFiles(IObjectStore objects)
{
    private const string Prefix = "models/runs/";
    private const int MaxJsonSize = 1 << 20;

    private static readonly WriteOptions Once = new("application/json", OnlyIfAbsent: true);

    /// <summary>Returns the name of a run.</summary>
    /// <param name="period">The day on which its week begins.</param>
    /// <param name="attempt">The number of the attempt, from 1.</param>
    public static string Name(DateOnly period, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{period:yyyyMMdd}-{attempt}");

    /// <summary>Returns whether a text is the name of a run.</summary>
    public static bool IsValid(string? run) => run is not null && Pattern().IsMatch(run);

    /// <summary>Claims a run.</summary>
    /// <returns>Whether the call may start the training. Of several calls, one may.</returns>
    public async Task<bool> ClaimAsync(string run, DateTimeOffset now, CancellationToken ct)
    {
        var claim = new TrainingRunClaim(Guid.NewGuid().ToString("N"), now);
        await WriteAsync(run, "claim", claim, RunJson.Default.TrainingRunClaim, ct);
        return await ClaimedAsync(run, ct) == claim;
    }

    /// <summary>Returns the claim of a run; null if there is none.</summary>
    public Task<TrainingRunClaim?> ClaimedAsync(string run, CancellationToken ct) =>
        ReadAsync(run, "claim", RunJson.Default.TrainingRunClaim, ct);

    /// <summary>Writes the outcome of a training. Keeps an existing one.</summary>
    public Task WriteAsync(string run, TrainingOutcome outcome, CancellationToken ct) =>
        WriteAsync(run, "outcome", outcome, RunJson.Default.TrainingOutcome, ct);

    /// <summary>Returns the outcome of a training; null if there is none yet.</summary>
    public Task<TrainingOutcome?> OutcomeAsync(string run, CancellationToken ct) =>
        ReadAsync(run, "outcome", RunJson.Default.TrainingOutcome, ct);

    /// <summary>Writes the result of a run. Keeps an existing one.</summary>
    public Task WriteAsync(string run, TrainingRunResult result, CancellationToken ct) =>
        WriteAsync(run, "result", result, RunJson.Default.TrainingRunResult, ct);

    /// <summary>Returns the result of a run; null if it has not ended.</summary>
    public Task<TrainingRunResult?> ResultAsync(string run, CancellationToken ct) =>
        ReadAsync(run, "result", RunJson.Default.TrainingRunResult, ct);

    /// <summary>Deletes the objects of the runs of weeks before a day.</summary>
    public async Task DeleteBeforeAsync(DateOnly period, CancellationToken ct)
    {
        var first = Prefix + Name(period, 0);
        await foreach (var found in objects.ListAsync(Prefix, ct))
        {
            if (string.CompareOrdinal(found.Name, first) >= 0) break;
            await objects.DeleteAsync(found.Name, ct);
        }
    }

    private static string ObjectOf(string run, string part) =>
        IsValid(run) ? $"{Prefix}{run}/{part}.json" : throw new ArgumentException($"'{run}' is not the name of a run.", nameof(run));

    private async Task WriteAsync<T>(string run, string part, T value, JsonTypeInfo<T> type, CancellationToken ct)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, type));
        await objects.WriteAsync(ObjectOf(run, part), content, Once, ct);
    }

    private async Task<T?> ReadAsync<T>(string run, string part, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        var name = ObjectOf(run, part);
        if (await objects.FindAsync(name, ct) is not { } found) return null;
        if (found.Size > MaxJsonSize) throw new InvalidDataException($"{name} has {found.Size} bytes.");
        try
        {
            await using var content = await objects.OpenReadAsync(name, null, ct);
            return await JsonSerializer.DeserializeAsync(content, type, ct);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is damaged: {e.Message}", e);
        }
    }

    [GeneratedRegex(@"\A[0-9]{8}-[0-9]{1,3}\z")]
    private static partial Regex Pattern();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TrainingOutcome))]
[JsonSerializable(typeof(TrainingRunResult))]
[JsonSerializable(typeof(TrainingRunClaim))]
internal sealed partial class RunJson : JsonSerializerContext;
