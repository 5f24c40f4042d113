using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;

namespace Spotify.Google.Tests.EntryPoints;

public sealed class UploadEventsTests : IDisposable
{
    private readonly TestIssuer issuer = new();
    private readonly List<TaskRequest> tasks = [];
    private readonly List<Message> letters = [];

    public void Dispose() => issuer.Dispose();

    [Fact]
    public async Task A_pushed_notification_without_data_becomes_a_task()
    {
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(Notification()));
        var task = JsonNode.Parse(Assert.Single(tasks).Body.Span)!.AsObject();
        Assert.Equal(
            ("test-uploads", "Künstler/Album/01 Title.flac", 1772133235749957, 3),
            ((string)task["bucket"]!, (string)task["name"]!, (long)task["generation"]!, task.Count));
    }

    [Fact]
    public async Task A_notification_with_empty_data_and_another_id_has_the_same_task()
    {
        var again = Notification().Replace("2070443601311541", "2070443601311542", StringComparison.Ordinal)
            .Replace("\"message\": {", "\"message\": {\"data\": \"\",", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(Notification()));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(again));
        Assert.Equal(2, tasks.Count);
        Assert.Single(tasks.Select(task => task.Name).Distinct());
    }

    [Fact]
    public async Task A_malformed_notification_is_a_dead_letter_with_its_attributes()
    {
        Assert.Equal(
            HttpStatusCode.NoContent,
            await SendAsync(Notification().Replace("\"1772133235749957\"", "\"x\"", StringComparison.Ordinal)));
        Assert.Empty(tasks);
        var letter = Assert.Single(letters);
        Assert.True(letter.Body.IsEmpty);
        Assert.Equal("The attribute objectGeneration is not a number.", letter.Attributes[DeadLetter.Reason]);
        Assert.Equal(("upload-events", "x"), (letter.Attributes[DeadLetter.Source], letter.Attributes["objectGeneration"]));
    }

    private static string Notification() => Delivery.Text("storage-notification.json");

    private async Task<HttpStatusCode> SendAsync(string body)
    {
        var queue = new Mock<ITaskQueue>();
        queue.Setup(q => q.EnqueueAsync(It.IsAny<Queue>(), It.IsAny<IReadOnlyList<TaskRequest>>(), It.IsAny<CancellationToken>()))
            .Callback((Queue _, IReadOnlyList<TaskRequest> added, CancellationToken _) => tasks.AddRange(added))
            .Returns(Task.CompletedTask);
        var bus = new Mock<IMessageBus>();
        bus.Setup(b => b.PublishAsync(Topic.DeadLetters, It.IsAny<IReadOnlyList<Message>>(), It.IsAny<CancellationToken>()))
            .Callback((Topic topic, IReadOnlyList<Message> messages, CancellationToken _) =>
            {
                MessageRules.Check(topic, messages);
                letters.AddRange(messages);
            })
            .Returns(Task.CompletedTask);
        await using var function = await TestFunction.StartAsync(new UploadEvents(), issuer, services => services
            .Replace(ServiceDescriptor.Singleton(queue.Object)).Replace(ServiceDescriptor.Singleton(bus.Object)));
        function.Http.DefaultRequestHeaders.Authorization = issuer.Service();
        using var response = await function.Http.PostAsync("/", new StringContent(body, Encoding.UTF8, "application/json"));
        return response.StatusCode;
    }
}
