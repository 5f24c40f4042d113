using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Queues;

/// <summary>A message or task that a consumer has leased.</summary>
/// <param name="Number">The message's number in the file.</param>
/// <param name="Message">The message. The id of a task is its name.</param>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="LeaseEnd">The end of the lease.</param>
internal sealed record Delivery(long Number, Message Message, int Attempt, DateTimeOffset LeaseEnd);

/// <summary>The result of <see cref="Deliveries.Take"/>.</summary>
/// <param name="Items">The leased deliveries.</param>
/// <param name="NextAt">The time from which the next delivery may be due; null if none are waiting.</param>
internal sealed record TakeResult(IReadOnlyList<Delivery> Items, DateTimeOffset? NextAt);

/// <summary>
/// The deliveries that wait in a <see cref="QueueFile"/>, by consumer (a subscription or a queue). Taking a delivery leases it until a
/// deadline. After the deadline and a backoff it can be leased again, and the previous holder can no longer change it.
/// </summary>
internal static class Deliveries
{
    /// <summary>How long the name of a completed task is kept.</summary>
    public static readonly TimeSpan NameRetention = TimeSpan.FromHours(1);

    private const string QueuePrefix = "queue/";
    private const string SubscriptionPrefix = "subscription/";

    /// <summary>Returns the consumer of a subscription.</summary>
    public static string ConsumerOf(Subscription subscription) => SubscriptionConsumer(subscription.Name);

    /// <summary>Returns the consumer of a queue.</summary>
    public static string ConsumerOf(Queue queue) => QueuePrefix + queue.Name;

    /// <summary>Adds a message for a consumer.</summary>
    public static void Add(
        this SqliteSession session, Message message, string consumer, DateTimeOffset publishedAt, DateTimeOffset dueAt)
    {
        var attributes = message.Attributes.Count == 0
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(message.Attributes, AttributesJson.Default.IReadOnlyDictionaryStringString);
        session.Execute(
            "INSERT INTO Messages (MessageId, Body, Attributes, PublishedAt) VALUES (@id, @body, @attributes, @published)",
            new Parameters
            {
                { "id", message.Id }, { "body", message.Body }, { "attributes", attributes }, { "published", publishedAt },
            });
        session.Execute(
            "INSERT INTO Deliveries (Consumer, DueAt, Number, Attempts) VALUES (@consumer, @due, last_insert_rowid(), 0)",
            new Parameters { { "consumer", consumer }, { "due", dueAt } });
    }

    /// <summary>Publishes messages to every subscription of a topic.</summary>
    /// <param name="session">The session.</param>
    /// <param name="topic">The topic. Without subscriptions, the messages are dropped.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="now">The current time.</param>
    /// <param name="limits">The limits of a subscription; null for none.</param>
    /// <returns>The consumers with new deliveries.</returns>
    /// <exception cref="BusOverloadedException">A subscription would exceed its limits.</exception>
    public static IReadOnlyList<string> Publish(
        this SqliteSession session, Topic topic, IReadOnlyList<Message> messages, DateTimeOffset now, BacklogLimits? limits = null)
    {
        var subscriptions = session.Query(
            "SELECT Name, Waiting, Bytes FROM Subscriptions WHERE Topic = @topic ORDER BY Name",
            new Parameters { { "topic", topic.Name } }).ToList();
        var bytes = messages.Sum(message => (long)message.Body.Length);
        var consumers = new string[subscriptions.Count];
        for (var i = 0; i < consumers.Length; i++)
        {
            var name = subscriptions[i].String("Name");
            if (limits?.Exclude(subscriptions[i].Int64("Waiting") + messages.Count, subscriptions[i].Int64("Bytes") + bytes) == true)
                throw new BusOverloadedException($"Too many messages of '{topic.Name}' wait for '{name}'.");
            session.Count(name, messages.Count, bytes);
            consumers[i] = SubscriptionConsumer(name);
        }

        foreach (var message in messages)
        {
            var published = message with { Id = NewId(now) };
            foreach (var consumer in consumers) session.Add(published, consumer, now, now);
        }

        return consumers;
    }

    /// <summary>Leases the deliveries that are due, in the order of their due times.</summary>
    /// <param name="session">The session.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="limit">The maximum number of deliveries.</param>
    /// <param name="now">The current time.</param>
    /// <param name="leaseEnd">Returns the end of the lease for the number of the attempt, from 1.</param>
    public static TakeResult Take(
        this SqliteSession session, string consumer, int limit, DateTimeOffset now, Func<int, DateTimeOffset> leaseEnd)
    {
        var due = session.Query(
            "SELECT D.Number, D.DueAt, D.Attempts, M.MessageId, M.Body, M.Attributes, M.PublishedAt "
            + "FROM Deliveries D JOIN Messages M ON M.Number = D.Number "
            + "WHERE D.Consumer = @consumer AND D.DueAt <= @now ORDER BY D.DueAt, D.Number LIMIT @limit",
            new Parameters { { "consumer", consumer }, { "now", now }, { "limit", limit } }).ToList();
        var leased = due.ConvertAll(row => ReadDelivery(row, leaseEnd));
        for (var i = 0; i < due.Count; i++)
        {
            var parameters = new Parameters
            {
                { "attempt", leased[i].Attempt },
                { "end", leased[i].LeaseEnd },
                { "consumer", consumer },
                { "due", due[i].Timestamp("DueAt") },
                { "number", leased[i].Number },
            };
            session.Execute(
                "UPDATE Deliveries SET Attempts = @attempt, DueAt = @end "
                + "WHERE Consumer = @consumer AND DueAt = @due AND Number = @number",
                parameters);
        }

        if (leased.Count == limit) return new TakeResult(leased, now);
        var next = session.Query(
            "SELECT MIN(DueAt) AS DueAt FROM Deliveries WHERE Consumer = @consumer", new Parameters { { "consumer", consumer } });
        return new TakeResult(leased, next.Single().TimestampOrNull("DueAt"));
    }

    /// <summary>Removes a completed delivery.</summary>
    /// <returns>False if another holder has leased the delivery meanwhile.</returns>
    public static bool Remove(this SqliteSession session, string consumer, Delivery delivery, DateTimeOffset now)
    {
        var removed = session.Execute(
            "DELETE FROM Deliveries WHERE Consumer = @consumer AND DueAt = @leaseEnd AND Number = @number AND Attempts = @attempt",
            LeaseParameters(consumer, delivery));
        if (removed == 0) return false;
        session.Execute("DELETE FROM Messages WHERE Number = @number", new Parameters { { "number", delivery.Number } });
        if (!consumer.StartsWith(QueuePrefix, StringComparison.Ordinal))
        {
            session.Count(consumer[SubscriptionPrefix.Length..], -1, -delivery.Message.Body.Length);
            return true;
        }

        var name = new Parameters
        {
            { "forget", now + NameRetention }, { "queue", consumer[QueuePrefix.Length..] }, { "name", delivery.Message.Id },
        };
        session.Execute("UPDATE TaskNames SET ForgetAt = @forget WHERE Queue = @queue AND Name = @name", name);
        return true;
    }

    /// <summary>Makes a delivery due again at a later time.</summary>
    /// <param name="session">The session.</param>
    /// <param name="consumer">The consumer.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="dueAt">The later time.</param>
    /// <param name="counted">Whether the attempt counts.</param>
    /// <returns>False if another holder has leased the delivery meanwhile.</returns>
    public static bool Postpone(this SqliteSession session, string consumer, Delivery delivery, DateTimeOffset dueAt, bool counted)
    {
        var parameters = LeaseParameters(consumer, delivery);
        parameters.Add("due", dueAt);
        parameters.Add("uncounted", counted ? 0 : 1);
        return session.Execute(
            "UPDATE Deliveries SET DueAt = @due, Attempts = Attempts - @uncounted "
            + "WHERE Consumer = @consumer AND DueAt = @leaseEnd AND Number = @number AND Attempts = @attempt",
            parameters) > 0;
    }

    /// <summary>Creates a subscription or moves it to another topic.</summary>
    public static void Declare(this SqliteSession session, Subscription subscription, DateTimeOffset now) => session.Execute(
        "INSERT INTO Subscriptions (Name, Topic, DeclaredAt) VALUES (@name, @topic, @now) "
        + "ON CONFLICT (Name) DO UPDATE SET Topic = @topic, DeclaredAt = @now",
        new Parameters { { "name", subscription.Name }, { "topic", subscription.Topic.Name }, { "now", now } });

    /// <summary>Removes the subscriptions that were last declared before a time, and their deliveries.</summary>
    public static void Forget(this SqliteSession session, DateTimeOffset declaredBefore)
    {
        var expired = session.Query(
            "SELECT Name FROM Subscriptions WHERE DeclaredAt < @before", new Parameters { { "before", declaredBefore } });
        foreach (var name in expired.Select(row => row.String("Name")).ToList())
        {
            var consumer = new Parameters { { "consumer", SubscriptionConsumer(name) } };
            session.Execute(
                "DELETE FROM Messages WHERE Number IN (SELECT Number FROM Deliveries WHERE Consumer = @consumer)", consumer);
            session.Execute("DELETE FROM Deliveries WHERE Consumer = @consumer", consumer);
            session.Execute("DELETE FROM Subscriptions WHERE Name = @name", new Parameters { { "name", name } });
        }
    }

    /// <summary>Returns the time of the last call of a schedule. A schedule that was never called counts as called now.</summary>
    public static DateTimeOffset LastCall(this SqliteSession session, string schedule, DateTimeOffset now)
    {
        var parameters = new Parameters { { "schedule", schedule } };
        var last = session.Query("SELECT CalledAt FROM ScheduledCalls WHERE Schedule = @schedule", parameters).SingleOrDefault();
        if (last is not null) return last.Timestamp("CalledAt");
        session.RecordCall(schedule, now);
        return now;
    }

    /// <summary>Records the call of a schedule.</summary>
    public static bool RecordCall(this SqliteSession session, string schedule, DateTimeOffset calledAt) => session.Execute(
        "INSERT INTO ScheduledCalls (Schedule, CalledAt) VALUES (@schedule, @at) ON CONFLICT (Schedule) DO UPDATE SET CalledAt = @at",
        new Parameters { { "schedule", schedule }, { "at", calledAt } }) > 0;

    /// <summary>Returns a new unique id of a message.</summary>
    public static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");

    private static void Count(this SqliteSession session, string subscription, int messages, long bytes) => session.Execute(
        "UPDATE Subscriptions SET Waiting = Waiting + @messages, Bytes = Bytes + @bytes WHERE Name = @name",
        new Parameters { { "messages", messages }, { "bytes", bytes }, { "name", subscription } });

    private static string SubscriptionConsumer(string name) => SubscriptionPrefix + name;

    private static Parameters LeaseParameters(string consumer, Delivery delivery) =>
        new()
        {
            { "number", delivery.Number },
            { "consumer", consumer },
            { "attempt", delivery.Attempt },
            { "leaseEnd", delivery.LeaseEnd },
        };

    private static Delivery ReadDelivery(Row row, Func<int, DateTimeOffset> leaseEnd)
    {
        var attempt = row.Int32("Attempts") + 1;
        var attributes = row.IsNull("Attributes")
            ? null
            : JsonSerializer.Deserialize(row.Bytes("Attributes"), AttributesJson.Default.DictionaryStringString);
        return new Delivery(
            row.Int64("Number"),
            new Message(row.Bytes("Body"), attributes ?? []) { Id = row.String("MessageId"), PublishedAt = row.Timestamp("PublishedAt") },
            attempt,
            leaseEnd(attempt));
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class AttributesJson : JsonSerializerContext;
