using System.Text;
using Spotify.Domain.Data;

namespace Spotify.Domain.Users;

/// <summary>What a listener pays for.</summary>
public enum Product
{
    Free,
    Premium,
    Family,
    Student,
}

/// <summary>Products as they are written.</summary>
public static class Products
{
    /// <summary>The name on the wire and in the database.</summary>
    public static string WireName(this Product product) => product switch
    {
        Product.Free => "free",
        Product.Premium => "premium",
        Product.Family => "family",
        Product.Student => "student",
        _ => throw new ArgumentOutOfRangeException(nameof(product), product, null),
    };

    /// <summary>The product of that name.</summary>
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

/// <summary>A listener.</summary>
/// <param name="Country">ISO 3166-1 alpha-2: the market everything is judged by.</param>
/// <param name="ExplicitFilter">Whether what is marked explicit is kept from them.</param>
/// <param name="ExplicitFilterLocked">Whether they cannot change that themselves.</param>
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
    /// <summary>The most characters in an id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Whether <paramref name="id"/> can be a user's: 1 to 128 printable characters, no blanks around them. Nothing is said of their existence.</summary>
    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= MaxIdLength && id == id.Trim() && !id.EnumerateRunes().Any(rune => Rune.IsControl(rune) || rune == Rune.ReplacementChar);

    /// <summary>The table.</summary>
    public static Table Table { get; } = Schema.Current.Table("Users");

    /// <summary>The user of a row of <see cref="Table"/>.</summary>
    public static User FromRow(Row row) => new(
        row.String("UserId"),
        row.String("DisplayName"),
        row.StringOrNull("Email"),
        row.String("Country"),
        Products.TryParse(row.String("Product"), out var product) ? product : Product.Free,
        row.Bool("ExplicitFilter"),
        row.Bool("ExplicitFilterLocked"),
        row.StringOrNull("ImageId"),
        row.Timestamp("CreatedAt"));

    /// <summary>The mutation that adds the user.</summary>
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
        ("CreatedAt", CreatedAt));
}
