using System.Text;
using System.Text.Json;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;

namespace Spotify.Functions.DeadLetters;

/// <summary>A dead letter in the archive.</summary>
/// <param name="Name">The name of the object.</param>
/// <param name="Source">The subscription or queue.</param>
/// <param name="Reason">The reason, in one line.</param>
/// <param name="PublishedAt">The time when the message became a dead letter.</param>
/// <param name="Original">The message, without the attributes of <see cref="DeadLetter"/>.</param>
public sealed record ArchivedLetter(string Name, string Source, string Reason, DateTimeOffset PublishedAt, Message Original)
{
    /// <summary>The folder of the archive.</summary>
    public const string Folder = "deadletters/";

    /// <summary>Reads a letter.</summary>
    /// <exception cref="InvalidDataException">The object was not written by <see cref="DeadLetterArchive"/>.</exception>
    public static async Task<ArchivedLetter> ReadAsync(IObjectStore store, string name, CancellationToken ct)
    {
        await using var stream = await store.OpenReadAsync(name, null, ct);
        try
        {
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: ct);
            var letter = document.RootElement;
            var body = letter.TryGetProperty("body", out var json)
                ? Encoding.UTF8.GetBytes(json.GetRawText())
                : letter.GetProperty("body_base64").GetBytesFromBase64();
            return new ArchivedLetter(
                name,
                letter.GetProperty("source").GetString() ?? "",
                letter.GetProperty("reason").GetString() ?? "",
                letter.GetProperty("published_at").GetDateTimeOffset(),
                new Message(
                    body,
                    letter.GetProperty("attributes").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString() ?? ""))
                {
                    Id = letter.GetProperty("id").GetString() ?? "",
                });
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name} is not a dead letter.", e);
        }
    }

    /// <summary>
    /// Publishes the original message to the topic of its subscription, or adds the original task to its queue, and then removes the
    /// letter. Can be repeated: consumers handle messages that are published twice.
    /// </summary>
    /// <exception cref="InvalidDataException">No function has such a subscription or queue.</exception>
    public async Task ReplayAsync(
        IObjectStore store, IMessageBus bus, ITaskQueue tasks, IReadOnlyList<FunctionDefinition> functions, CancellationToken ct)
    {
        if (functions.FirstOrDefault(function => function.Subscription?.Name == Source)?.Subscription is { } subscription)
            await bus.PublishAsync(subscription.Topic, [Original], ct);
        else if (functions.FirstOrDefault(function => function.Queue?.Name == Source)?.Queue is { } queue)
            await tasks.EnqueueAsync(queue, [new TaskRequest(Original.Body) { Name = $"replay-{Original.Id}" }], ct);
        else
            throw new InvalidDataException($"{Name}: there is no subscription or queue '{Source}'.");
        await store.DeleteAsync(Name, ct);
    }
}
