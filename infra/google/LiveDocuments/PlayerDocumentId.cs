using System.Text;

namespace Spotify.Google.LiveDocuments;

/// <summary>
/// The ids of the documents in the collection <c>players</c>: the id of the user, with percent-encoding for the few ids that Firestore
/// refuses. The ids that Identity Platform assigns stay as they are, because the security rules compare them with the token's. No rule
/// allows an encoded id, because it could be the id of another user.
/// </summary>
/// <seealso href="https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields"/>
internal static class PlayerDocumentId
{
    /// <summary>The name of the collection.</summary>
    public const string Collection = "players";

    /// <summary>The id of a document that never exists: in encoded ids, the character is always followed by two digits.</summary>
    public const string Unused = "%";

    private const int MaxBytes = 1500;

    // Invalid UTF-16 would become replacement characters, and so the same id for several users.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the id of a user's document. <see cref="Uri.UnescapeDataString(string)"/> returns the user's id.</summary>
    /// <exception cref="ArgumentException">The user's id is empty, too long or not Unicode.</exception>
    public static string Of(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        var id = userId.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
        if (id is "." or "..") id = id.Replace(".", "%2E", StringComparison.Ordinal);
        else if (id.StartsWith("__", StringComparison.Ordinal) && id.EndsWith("__", StringComparison.Ordinal)) id = "%5F" + id[1..];
        return Strict.GetByteCount(id) <= MaxBytes
            ? id
            : throw new ArgumentException($"The id of the user has more than {MaxBytes} bytes.", nameof(userId));
    }
}
