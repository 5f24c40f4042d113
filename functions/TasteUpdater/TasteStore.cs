using Microsoft.Extensions.Logging;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events.Taste;

namespace Spotify.Functions.TasteUpdater;

/// <summary>The store of the taste of listeners.</summary>
public sealed partial class TasteStore(IDatabase database, ILogger<TasteStore> logger)
{
    private static readonly Table Tastes = Schema.Current.Table("Tastes");

    /// <summary>Returns the taste of a listener.</summary>
    public async Task<TasteState> ReadAsync(string userId, CancellationToken ct) =>
        Decode(userId, await database.ReadAsync(Tastes, new Key(userId), null, ct));

    /// <summary>Returns the taste of a listener, in a transaction.</summary>
    public async Task<TasteState> ReadAsync(ITransaction transaction, string userId) =>
        Decode(userId, await transaction.ReadAsync(Tastes, new Key(userId)));

    /// <summary>Returns the mutation that writes the taste of a listener, who has a row in Users.</summary>
    public static Mutation Write(string userId, TasteState state, DateTimeOffset now) =>
        Mutation.Upsert(Tastes, ("UserId", userId), ("State", state.Encode()), ("UpdatedAt", now));

    /// <summary>
    /// Returns the taste of the column <c>State</c>. Starts again if the bytes are corrupt, because the listener would have no taste any
    /// more otherwise.
    /// </summary>
    internal TasteState Decode(string userId, byte[] state)
    {
        try
        {
            return TasteState.Decode(state);
        }
        catch (InvalidDataException e)
        {
            LogCorrupt(e, userId);
            return new TasteState();
        }
    }

    private TasteState Decode(string userId, Row? row) => row is null ? new TasteState() : Decode(userId, row.Bytes("State"));

    [LoggerMessage(Level = LogLevel.Error, Message = "The taste of {UserId} is corrupt and starts again.")]
    private partial void LogCorrupt(Exception cause, string userId);
}
