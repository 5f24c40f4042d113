using System.CommandLine;
using System.Globalization;
using Spotify.Local.Objects;
using Spotify.Local.Training;
using Spotify.Recommendations.Publishing;

namespace Spotify.Local.Commands;

/// <summary>
/// <c>models list|publish|rollback</c>: shows the models of recommendations and changes the published one. The home may serve meanwhile.
/// </summary>
internal static class ModelsCommand
{
    public static Command Create(TimeProvider time)
    {
        var data = ServeCommand.DataOption();
        var list = new Command("list", "Show the models, the newest first. A star marks the published one.") { data };
        list.SetAction((parsed, ct) =>
            ModelDirectory.RunAsync(() => ListAsync(parsed.GetRequiredValue(data), time, parsed.InvocationConfiguration.Output, ct)));

        var version = new Argument<string>("VERSION") { Description = "The version, as listed." };
        var force = new Option<bool>("--force") { Description = "Publish the model even if a check fails." };
        var publish = new Command("publish", "Publish a model after checks.") { version, data, force };
        publish.SetAction((parsed, ct) => ModelDirectory.RunAsync(() => PublishAsync(
            parsed.GetRequiredValue(data),
            parsed.GetRequiredValue(version),
            parsed.GetValue(force) ? Publication.Always : Publication.IfChecked,
            time,
            parsed.InvocationConfiguration.Output,
            ct)));

        var earlier = new Argument<string?>("VERSION")
        {
            Description = "The version, as listed. Without it, the one that was published before the present one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rollBack = new Command("rollback", "Publish an earlier model again, without checks.") { earlier, data };
        rollBack.SetAction((parsed, ct) => ModelDirectory.RunAsync(() => RollBackAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(earlier), time, parsed.InvocationConfiguration.Output, ct)));
        return new Command("models", "Show, publish and roll back the models of recommendations.") { list, publish, rollBack };
    }

    /// <summary>Writes the result of a publication.</summary>
    /// <returns>The exit code: 0.</returns>
    /// <exception cref="CommandFailedException">A check failed, so that the model is not published.</exception>
    public static async Task<int> SummarizeAsync(PublicationResult result, Publication publication, TextWriter output)
    {
        var (manifest, measurements) = (result.Manifest, result.Manifest.Measurements);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"recall@20 {Shown(measurements.Recall)} of {measurements.Listeners} listeners, coverage {measurements.Coverage:0.0000}, "
            + $"drift {Shown(result.Drift)}"));
        var failures = string.Join(' ', result.Failures);
        if (result.IsPublished)
        {
            if (failures.Length > 0) await output.WriteLineAsync($"Published despite: {failures}");
            await output.WriteLineAsync($"Published {manifest.Version}");
            return 0;
        }

        if (publication == Publication.IfChecked) throw new CommandFailedException($"{manifest.Version} is not published: {failures}");
        await output.WriteLineAsync($"Saved {manifest.Version}");
        return 0;
    }

    private static async Task<int> ListAsync(string dataPath, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        var (store, _, _) = Open(dataPath, time);
        foreach (var model in await store.ListAsync(ct))
        {
            var description = model.Manifest is { } manifest
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{manifest.Counts.Tracks} tracks, {manifest.Counts.Listeners} listeners, {manifest.Counts.Interactions} interactions, "
                    + $"recall@20 {Shown(manifest.Measurements.Recall)}, coverage {manifest.Measurements.Coverage:0.0000}, "
                    + $"{model.Size / 1e6:0.0} MB")
                : "damaged, or of another version";
            await output.WriteLineAsync($"{(model.IsPublished ? "*" : " ")} {model.Version}  {description}");
        }

        return 0;
    }

    private static async Task<int> PublishAsync(
        string dataPath, string version, Publication publication, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        var (_, objects, data) = Open(dataPath, time);
        var publisher = new ModelPublisher(
            objects, ModelDirectory.LoaderOptions(data, objects), new PublicationOptions(), time);
        return await SummarizeAsync(await publisher.PublishAsync(version, publication, ct), publication, output);
    }

    private static async Task<int> RollBackAsync(
        string dataPath, string? version, TimeProvider time, TextWriter output, CancellationToken ct)
    {
        var (store, _, _) = Open(dataPath, time);
        await output.WriteLineAsync($"Published {await store.RollBackAsync(version, ct)}");
        return 0;
    }

    private static (ModelStore Store, DirectoryObjectStore Objects, DataDirectory Data) Open(string dataPath, TimeProvider time)
    {
        var data = new DataDirectory(dataPath);
        var objects = new DirectoryObjectStore(data.Objects);
        return (new ModelStore(objects, time), objects, data);
    }

    private static string Shown(double? value) => value is { } number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "unknown";
}
