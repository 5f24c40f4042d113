using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Events.Taste;

/// <summary>The ids of the events of the last day, as 64-bit hashes, by the hour in which the play ended.</summary>
internal sealed class AppliedEvents
{
    /// <summary>The maximum number of ids. A person cannot play more in a day.</summary>
    public const int MaxIds = 2000;

    private const int MaxHours = 40;

    private readonly SortedDictionary<long, List<ulong>> byHour = [];
    private readonly HashSet<ulong> all = [];

    /// <summary>Whether there is no room for another id.</summary>
    public bool IsFull => all.Count >= MaxIds;

    /// <summary>Returns whether an id is present.</summary>
    public bool Contains(ulong id) => all.Contains(id);

    /// <summary>Returns the hash of an event id.</summary>
    public static ulong HashOf(string eventId) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(eventId)));

    /// <summary>Adds an id.</summary>
    public void Add(ulong id, DateTimeOffset endedAt)
    {
        var hour = HourOf(endedAt);
        if (!byHour.TryGetValue(hour, out var ids)) byHour[hour] = ids = [];
        ids.Add(id);
        all.Add(id);
    }

    /// <summary>Removes the ids of plays that ended before an hour that has passed.</summary>
    public void RemoveBefore(DateTimeOffset time)
    {
        var first = HourOf(time);
        foreach (var hour in byHour.Keys.TakeWhile(hour => hour < first).ToList())
        {
            all.ExceptWith(byHour[hour]);
            byHour.Remove(hour);
        }
    }

    /// <summary>Writes the ids.</summary>
    public void Write(DocumentWriter writer)
    {
        writer.WriteNumber(byHour.Count);
        foreach (var (hour, ids) in byHour)
        {
            writer.WriteSigned(hour);
            writer.WriteNumber(ids.Count);
            foreach (var id in ids.Order()) writer.Write(id);
        }
    }

    /// <summary>Reads ids that <see cref="Write"/> has written.</summary>
    public void Read(DocumentReader reader)
    {
        for (var hours = reader.ReadLength(MaxHours); hours > 0; hours--)
        {
            var hour = reader.ReadSigned();
            var ids = new List<ulong>();
            for (var left = reader.ReadLength(MaxIds); left > 0; left--) ids.Add(reader.ReadUInt64());
            byHour.Add(hour, ids);
            all.UnionWith(ids);
        }
    }

    private static long HourOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;
}
