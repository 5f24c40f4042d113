using System.Globalization;
using System.Text;
using System.Text.Json;
using Spotify.Web;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>The body of a registration.</summary>
/// <param name="Name">The name that the listener sees.</param>
/// <param name="Type">The type; <c>unknown</c> if it is missing.</param>
/// <param name="SigningKey">The public key with which the device signs.</param>
/// <param name="AgreementKey">The public key to which content keys are encrypted.</param>
/// <param name="Proof">The proof that the device has the private signing key.</param>
internal sealed record RegistrationRequest(
    string? Name = null, string? Type = null, JsonElement? SigningKey = null, JsonElement? AgreementKey = null, string? Proof = null);

/// <summary>The body of a request to rename a device.</summary>
internal sealed record RenameRequest(string? Name = null);

/// <summary>Validation of the names of devices.</summary>
internal static class DeviceName
{
    /// <summary>The maximum length, in characters (Unicode scalar values).</summary>
    public const int MaxLength = 64;

    // Join the parts of emoji, and of words in Persian and Indic scripts.
    private const char ZeroWidthNonJoiner = '\u200c';
    private const char ZeroWidthJoiner = '\u200d';

    /// <summary>Returns a name without surrounding spaces.</summary>
    /// <exception cref="ApiException">
    /// 400: the name is missing, empty or too long, or has characters that would change how others look, such as line breaks or
    /// directions of writing.
    /// </exception>
    public static string Parse(string? name)
    {
        name = name?.Trim() ?? throw ApiException.BadRequest("Missing required field: name");
        var (length, isVisible) = (0, false);
        foreach (var rune in name.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            var joins = rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner;
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || (category == UnicodeCategory.Format && !joins))
                throw ApiException.BadRequest("Invalid name: control and format characters are not allowed");
            isVisible |= !joins && category != UnicodeCategory.SpaceSeparator;
            length++;
        }

        if (!isVisible) throw ApiException.BadRequest("Invalid name: it is empty");
        return length <= MaxLength ? name : throw ApiException.BadRequest($"Invalid name: at most {MaxLength} characters");
    }
}
