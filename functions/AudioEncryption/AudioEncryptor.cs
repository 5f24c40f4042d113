using System.Security.Cryptography;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.NativeFlac;
using Spotify.Functions.ObjectRemovals;
using Spotify.Licensing;

namespace Spotify.Functions.AudioEncryption;

/// <summary>
/// A service that writes the encrypted copy of an encoding beside the plain object. Every attempt draws a new key and writes an object of
/// another name, so that no two contents are encrypted with one key. The transaction that writes the row decides which copy is used. An
/// object is scheduled for removal before it is written, so that an interrupted attempt leaves nothing behind.
/// </summary>
public sealed class AudioEncryptor(IDatabase database, IObjectStore store, IMasterKeys masterKeys, TimeProvider time)
{
    private static readonly Statement Stored = new(
        $"""
        SELECT Playables.PlayableId, Playables.Type, Playables.Revision, Playables.Encodings, {EncryptedObject.Columns}
        FROM Playables
        LEFT JOIN EncryptedObjects
          ON EncryptedObjects.PlayableId = Playables.PlayableId AND EncryptedObjects.Encoding = @encoding
        WHERE Playables.PlayableId = @id
        """,
        ("id", ColumnType.String), ("encoding", ColumnType.String));

    /// <summary>
    /// Handles a task. Does nothing if the item was removed, has another revision, or has an encrypted copy of it. A copy whose master key
    /// was removed is replaced. The effects are durable when the task completes, and safe to repeat.
    /// </summary>
    /// <exception cref="MasterKeysUnavailableException">The content key cannot be encrypted. Nothing was written.</exception>
    /// <exception cref="Exception">A transient error. The task must be repeated.</exception>
    public async Task HandleAsync(EncryptionTask task, CancellationToken ct)
    {
        var parameters = ParametersOf(task);
        var ring = await masterKeys.OpenAsync(ct);
        if (Pending(await database.QueryAsync(Stored, parameters, null, ct).FirstOrDefaultAsync(ct), task, ring) is not { } item) return;
        var (plain, size) = await OpenAsync(item, ct);
        await using var _ = plain;

        var keyId = SpotifyId.New();
        var name = EncryptedAudio.ObjectName(item.Prefix + task.Encoding, keyId);
        await database.CommitAsync([ObjectRemovalService.Removal(name, time.GetUtcNow() + ObjectRemovalService.Reservation)], ct);

        var key = ContentKey.New();
        try
        {
            await using (var encrypted = new EncryptingStream(plain, size, name, key))
                await store.WriteAsync(name, encrypted, new WriteOptions(EncryptedObject.ContentType, Immutable: true), ct);
            var wrapped = ContentKey.Wrap(key, name, ring);
            var copy = new EncryptedObject(task.PlayableId, task.Encoding, task.Revision, keyId, wrapped, size);
            if (await CommitAsync(copy, name, task, ring, ct)) return;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        await store.DeleteAsync(name, ct);
        await database.CommitAsync([ObjectRemovalService.Cancel(name)], ct);
    }

    private static Parameters ParametersOf(EncryptionTask task) => new() { { "id", task.PlayableId }, { "encoding", task.Encoding } };

    /// <summary>Returns the item, or null if the task is done or obsolete.</summary>
    private static PendingItem? Pending(Row? row, EncryptionTask task, MasterKeyRing ring)
    {
        if (row?.StringOrNull("Revision") is not { } revision || revision != task.Revision) return null;
        var encoding = EncodingList.Parse(row.StringOrNull("Encodings")).Find(one => one.FileName == task.Encoding);
        if (encoding == default) return null;
        var before = EncryptedObject.FromRow(row);
        if (before?.Revision == revision && ring.Contains(before.WrappedKey.MasterKeyId)) return null;
        if (!SpotifyUri.TryParseType(row.String("Type"), out var type)) return null;
        return new PendingItem(type, $"{SpotifyUri.WireName(type)}s/{task.PlayableId}/{revision}/", encoding, before);
    }

    /// <summary>Opens the plain object, or a remux if native FLAC has not been stored. Returns its size.</summary>
    private async Task<(Stream Content, long Size)> OpenAsync(PendingItem item, CancellationToken ct)
    {
        var name = item.Prefix + item.Encoding.FileName;
        if (await store.FindAsync(name, ct) is { } found) return (await store.OpenReadAsync(name, null, ct), found.Size);
        return item.Encoding.Codec == Codec.NativeFlac
            ? (await NativeFlacService.RemuxAsync(store, item.Prefix, item.Encoding, ct), item.Encoding.SizeBytes)
            : throw new FileNotFoundException($"The object '{name}' does not exist.", name);
    }

    /// <summary>Writes the row of a copy.</summary>
    /// <returns>False if the task is obsolete, or if another copy was written first.</returns>
    private Task<bool> CommitAsync(
        EncryptedObject copy, string name, EncryptionTask task, MasterKeyRing ring, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var (now, row) = (time.GetUtcNow(), await transaction.QueryAsync(Stored, ParametersOf(task)).FirstOrDefaultAsync());
            if (Pending(row, task, ring) is not { } item) return false;
            if (!await ObjectRemovalService.KeepAsync(transaction, name, now)) return false;
            transaction.Add(copy.Write(now));

            // A copy of the same revision would remain, and so would one of another revision if the item gets that revision again.
            if (item.Before is { } before) transaction.Add(ObjectRemovalService.Retire(before.ObjectName(item.Type), now));
            return true;
        },
        ct);

    /// <summary>An item whose encoding has no usable copy of its revision.</summary>
    /// <param name="Type">The type.</param>
    /// <param name="Prefix">The prefix of the names of its objects.</param>
    /// <param name="Encoding">The encoding.</param>
    /// <param name="Before">The copy to be replaced: of another revision, or with a master key that was removed.</param>
    private sealed record PendingItem(EntityType Type, string Prefix, AudioEncoding Encoding, EncryptedObject? Before);
}
