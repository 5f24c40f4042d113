using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.DeadLetters;
using Spotify.Local;
using Spotify.Local.Objects;

namespace Spotify.Functions.Tests.DeadLetters;

public sealed class DeadLetterArchiveTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly DirectoryObjectStore store;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly LogLines log = new();
    private readonly MeterListener listener = new();
    private readonly DeadLetterArchive archive;
    private readonly List<string> counted = [];

    public DeadLetterArchiveTests()
    {
        store = new DirectoryObjectStore(directory.FullName);
        var meters = services.GetRequiredService<IMeterFactory>();
        archive = new DeadLetterArchive(store, new DeadLetterMetrics(meters), log);
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == DeadLetterMetrics.MeterName && instrument.Meter.Scope == meters)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.Add($"{tags[0].Key}={tags[0].Value} {count}"));
        listener.Start();
    }

    private static Task HandleAsync(DeadLetterArchive archive, Message letter) =>
        archive.HandleAsync(letter.Body, new MessageContext(letter.Id, letter.PublishedAt, letter.Attributes), default);

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_dead_letter_is_stored_as_an_object_and_reported()
    {
        await HandleAsync(archive, Letter("""{"track": "Jóga"}"""));

        var letter = await ReadAsync("deadletters/recorder/2026-01-05/id-1.json");
        Assert.Equal(
            ("id-1", "recorder", "no such track", "id-0", "2026-01-05T23:59:59+00:00"),
            (letter.At("id"), letter.At("source"), letter.At("reason"), letter.At("message_id"), letter.At("published_at")));
        Assert.Equal("""{"event":"play"}""", letter["attributes"]!.ToJsonString());
        Assert.Equal("Jóga", letter.At("body", "track"));
        Assert.Null(letter["body_base64"]);
        Assert.Equal(
            "Error DeadLetter: Dead letter of recorder: no such track (deadletters/recorder/2026-01-05/id-1.json)",
            Assert.Single(log.Lines));
        Assert.Equal("source=recorder 1", Assert.Single(counted));
    }

    [Fact]
    public async Task A_dead_letter_is_not_cached()
    {
        var recording = new Mock<IObjectStore>();
        var recorder = new DeadLetterArchive(recording.Object, new DeadLetterMetrics(services.GetRequiredService<IMeterFactory>()), log);
        await HandleAsync(recorder, Letter("1"));
        recording.Verify(mock => mock.WriteAsync(
            It.IsAny<string>(), It.IsAny<Stream>(), It.Is<WriteOptions>(options => !options.Immutable), It.IsAny<CancellationToken>()));
    }

    [Fact]
    public async Task A_repeated_delivery_changes_nothing()
    {
        await HandleAsync(archive, Letter("1"));
        await HandleAsync(archive, Letter("2"));
        Assert.Equal("1", (await ReadAsync("deadletters/recorder/2026-01-05/id-1.json")).At("body"));
        Assert.Single(log.Lines);
        Assert.Single(counted);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 255, 128 })]
    [InlineData(new byte[] { (byte)'{' })]
    [InlineData(new byte[] { (byte)'"', 255, (byte)'"' })]
    [InlineData(new byte[] { (byte)'1', (byte)' ', (byte)'2' })]
    public async Task A_body_that_is_not_JSON_is_stored_in_base64(byte[] body)
    {
        await HandleAsync(archive, Letter("") with { Body = body });
        var letter = await ReadAsync("deadletters/recorder/2026-01-05/id-1.json");
        Assert.Equal(body, Convert.FromBase64String(letter.At("body_base64")!));
        Assert.Null(letter["body"]);
    }

    [Theory]
    [InlineData("../../keys", "------keys")]
    [InlineData("a/b\\c\0d.e", "a-b-c-d-e")]
    [InlineData("Björk", "Bj-rk")]
    [InlineData("", "unknown")]
    public async Task A_source_is_converted_to_a_valid_name(string source, string segment)
    {
        var letter = Letter("1");
        var attributes = new Dictionary<string, string>(letter.Attributes) { [DeadLetter.Source] = source };
        await HandleAsync(archive, letter with { Attributes = attributes });
        Assert.Equal(source, (await ReadAsync($"deadletters/{segment}/2026-01-05/id-1.json")).At("source"));
    }

    [Fact]
    public async Task A_dead_letter_without_attributes_is_stored()
    {
        await HandleAsync(archive, Letter("1") with { Attributes = new Dictionary<string, string>() });
        var letter = await ReadAsync("deadletters/unknown/2026-01-05/id-1.json");
        Assert.Equal(("", null), (letter.At("reason"), letter.At("message_id")));
    }

    [Fact]
    public async Task If_the_store_fails_nothing_is_reported_and_the_delivery_fails()
    {
        var down = new Mock<IObjectStore>();
        down.Setup(s => s.WriteAsync(It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<WriteOptions>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("full"));
        var failing = new DeadLetterArchive(down.Object, new DeadLetterMetrics(services.GetRequiredService<IMeterFactory>()), log);
        await Assert.ThrowsAsync<IOException>(() => HandleAsync(failing, Letter("1")));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task On_one_machine_a_published_dead_letter_is_archived()
    {
        await using var server = await LocalServer.StartAsync();
        var letter = DeadLetter.Of(new Message("1"u8.ToArray()) { Id = "id-0" }, "recorder", "bad");
        await server.Services.GetRequiredService<IMessageBus>().PublishAsync(Topic.DeadLetters, [letter], default);
        var objects = server.Services.GetRequiredService<IObjectStore>();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            timeout.Token.ThrowIfCancellationRequested();
            if (await objects.ListAsync("deadletters/recorder/", timeout.Token).FirstOrDefaultAsync(timeout.Token) is not null) break;
        }
    }

    private static Message Letter(string body) => new(
        Encoding.UTF8.GetBytes(body),
        new Dictionary<string, string>
        {
            ["event"] = "play", [DeadLetter.Source] = "recorder", [DeadLetter.Reason] = "no such track", [DeadLetter.MessageId] = "id-0",
        }) { Id = "id-1", PublishedAt = new DateTimeOffset(2026, 1, 5, 23, 59, 59, TimeSpan.Zero) };

    private async Task<JsonNode> ReadAsync(string name)
    {
        await using var stream = await store.OpenReadAsync(name, null, default);
        return (await JsonNode.ParseAsync(stream))!;
    }

    private sealed class LogLines : ILogger<DeadLetterArchive>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {eventId.Name}: {formatter(state, exception)}");
    }
}
