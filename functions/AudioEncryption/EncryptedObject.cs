using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.ObjectRemovals;
using Spotify.Licensing;

namespace Spotify.Functions.AudioEncryption;

/// <summary>The encrypted copy of an encoding, a row of the table EncryptedObjects.</summary>
/// <param name="PlayableId">The track, episode or chapter.</param>
/// <param name="Encoding">The file name of the plain object, such as <c>high.ogg</c>.</param>
/// <param name="Revision">The revision of the plain object. The copy is outdated if the item has another one.</param>
/// <param name="KeyId">The id of the content key, which is part of the object's name.</param>
/// <param name="WrappedKey">The content key, encrypted by a master key.</param>
/// <param name="SizeBytes">The size of the plain object.</param>
public sealed record EncryptedObject(
    string PlayableId, string Encoding, string Revision, string KeyId, WrappedKey WrappedKey, long SizeBytes)
{
    /// <summary>The media type of encrypted objects.</summary>
    public const string ContentType = "application/octet-stream";

    /// <summary>The columns that <see cref="FromRow"/> reads, besides <c>PlayableId</c>.</summary>
    public const string Columns = """
        EncryptedObjects.Encoding AS EncryptedEncoding, EncryptedObjects.Revision AS EncryptedRevision,
        EncryptedObjects.KeyId AS EncryptedKeyId, EncryptedObjects.WrappedKey AS EncryptedKey,
        EncryptedObjects.MasterKeyId AS EncryptedMasterKeyId, EncryptedObjects.SizeBytes AS EncryptedSizeBytes
        """;

    private static readonly Table Table = Schema.Current.Table("EncryptedObjects");

    private static readonly Statement OfPlayable = new(
        $"SELECT EncryptedObjects.PlayableId, {Columns} FROM EncryptedObjects WHERE EncryptedObjects.PlayableId = @id",
        ("id", ColumnType.String));

    /// <summary>Reads a copy from a row. Returns null if the row of an outer join has none.</summary>
    public static EncryptedObject? FromRow(Row row) => row.StringOrNull("EncryptedEncoding") is not { } encoding ? null : new(
        row.String("PlayableId"),
        encoding,
        row.String("EncryptedRevision"),
        row.String("EncryptedKeyId"),
        new WrappedKey(row.Bytes("EncryptedKey"), row.String("EncryptedMasterKeyId")),
        row.Int64("EncryptedSizeBytes"));

    /// <summary>Returns the object's name, without a leading slash.</summary>
    /// <param name="type">The type of the item.</param>
    public string ObjectName(EntityType type) =>
        EncryptedAudio.ObjectName($"{SpotifyUri.WireName(type)}s/{PlayableId}/{Revision}/{Encoding}", KeyId);

    /// <summary>Returns the mutation that writes the row.</summary>
    internal Mutation Write(DateTimeOffset now) => Mutation.Upsert(
        Table,
        ("PlayableId", PlayableId),
        ("Encoding", Encoding),
        ("Revision", Revision),
        ("KeyId", KeyId),
        ("WrappedKey", WrappedKey.Bytes),
        ("MasterKeyId", WrappedKey.MasterKeyId),
        ("SizeBytes", SizeBytes),
        ("EncryptedAt", Instant.Truncate(now)));

    /// <summary>
    /// Returns the mutations that delete the rows of an item's copies and schedule the deletion of their objects, when the item loses its
    /// revision. If it gets the same revision again, a row could outlive its object, or an object the removal of the revision.
    /// </summary>
    internal static async Task<IReadOnlyList<Mutation>> RetireAsync(
        ITransaction transaction, EntityType type, string playableId, DateTimeOffset now) =>
        await transaction.QueryAsync(OfPlayable, new Parameters { { "id", playableId } }).Select(row => FromRow(row)!)
            .SelectMany(copy => new[]
            {
                Mutation.Delete(Table, new Key(playableId, copy.Encoding)), ObjectRemovalService.Retire(copy.ObjectName(type), now),
            })
            .ToListAsync();

    /// <summary>Returns whether a row references an encrypted object.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="playableId">The item.</param>
    /// <param name="encoding">The file name of the plain object.</param>
    /// <param name="keyId">The id of the content key.</param>
    internal static async Task<bool> IsReferencedAsync(ITransaction transaction, string playableId, string encoding, string keyId) =>
        (await transaction.ReadAsync(Table, new Key(playableId, encoding)))?.String("KeyId") == keyId;
}
