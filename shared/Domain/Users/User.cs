using System.Text;
using Spotify.Domain.Data;

namespace Spotify.Domain.Users;

/// <summary>The plan of a user.</summary>
public enum Product
{
    Free,
    Premium,
    Family,
    Student,
}

/// <summary>The names of plans.</summary>
public static class Products
{
    /// <summary>Returns the name on the wire and in the database.</summary>
    public static string WireName(this Product product) => product switch
    {
        Product.Free => "free",
        Product.Premium => "premium",
        Product.Family => "family",
        Product.Student => "student",
        _ => throw new ArgumentOutOfRangeException(nameof(product), product, null),
    };

    /// <summary>Parses a name that <see cref="WireName"/> returns.</summary>
    public static bool TryParse(string? name, out Product product)
    {
        (var known, product) = name switch
        {
            "free" => (true, Product.Free),
            "premium" => (true, Product.Premium),
            "family" => (true, Product.Family),
            "student" => (true, Product.Student),
            _ => (false, default),
        };
        return known;
    }
}

/// <summary>A user.</summary>
/// <param name="Id">The user id.</param>
/// <param name="DisplayName">The display name.</param>
/// <param name="Email">The email address; null if unknown.</param>
/// <param name="Country">ISO 3166-1 alpha-2: the market that decides what is available.</param>
/// <param name="Product">The plan.</param>
/// <param name="ExplicitFilter">Whether explicit content is filtered.</param>
/// <param name="ExplicitFilterLocked">Whether the user cannot change the filter.</param>
/// <param name="ImageId">The id of the profile image; null if there is none.</param>
/// <param name="CreatedAt">When the user was created.</param>
public sealed record User(
    string Id,
    string DisplayName,
    string? Email,
    string Country,
    Product Product,
    bool ExplicitFilter,
    bool ExplicitFilterLocked,
    string? ImageId,
    DateTimeOffset CreatedAt)
{
    /// <summary>
    /// The IANA id of the time zone that the user has set; null if it follows from the country. See <see cref="TimeZones"/>.
    /// </summary>
    public string? TimeZone { get; init; }

    /// <summary>The maximum length of an id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>
    /// Returns whether a text has the format of a user id: 1 to 128 printable characters without surrounding spaces. Does not check that
    /// the user exists.
    /// </summary>
    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= MaxIdLength
        && id == id.Trim()
        && !id.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar);

    /// <summary>The table <c>Users</c>.</summary>
    public static Table Table { get; } = Schema.Current.Table("Users");

    /// <summary>Reads a user from a row of <see cref="Table"/>.</summary>
    public static User FromRow(Row row) => new(
        row.String("UserId"),
        row.String("DisplayName"),
        row.StringOrNull("Email"),
        row.String("Country"),
        Products.TryParse(row.String("Product"), out var product) ? product : Product.Free,
        row.Bool("ExplicitFilter"),
        row.Bool("ExplicitFilterLocked"),
        row.StringOrNull("ImageId"),
        row.Timestamp("CreatedAt"))
    {
        TimeZone = row.StringOrNull("TimeZone"),
    };

    /// <summary>Returns the mutation that inserts the user.</summary>
    public Mutation Insert() => Mutation.Insert(
        Table,
        ("UserId", Id),
        ("DisplayName", DisplayName),
        ("Email", Email),
        ("Country", Country),
        ("Product", Product.WireName()),
        ("ExplicitFilter", ExplicitFilter),
        ("ExplicitFilterLocked", ExplicitFilterLocked),
        ("ImageId", ImageId),
        ("CreatedAt", CreatedAt),
        ("TimeZone", TimeZone));
}
