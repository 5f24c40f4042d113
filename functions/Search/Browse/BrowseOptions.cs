using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Search.Browse;

/// <summary>The settings of the browse pages.</summary>
public sealed class BrowseOptions
{
    private static readonly IReadOnlyList<BrowseCategory> BuiltIn =
    [
        New("chill", "Chill", "Avslappnat", "Entspannung"), New("focus", "Focus", "Fokus", "Konzentration"),
        New("workout", "Workout", "Träning", "Training"), New("party", "Party", "Fest", "Party"), New("sleep", "Sleep", "Sömn", "Schlaf"),
        New("dinner", "Dinner", "Middag", "Abendessen"), New("travel", "Travel", "Resor", "Unterwegs"),
        New("romance", "Romance", "Romantik", "Romantik"), New("happy", "Happy", "Glad", "Gute Laune"),
        New("sad", "Sad", "Ledsen", "Traurig"), New("kids", "Kids & Family", "Barn och familj", "Kinder und Familie"),
    ];

    /// <summary>
    /// The id of the user whose public playlists are the editorial ones; null for none. A playlist belongs to the categories whose ids are
    /// hashtags in its description, and is featured if it has the hashtag <c>#featured</c>.
    /// </summary>
    public string? EditorialUser { get; set; }

    /// <summary>The headline of the featured playlists.</summary>
    [StringLength(200, MinimumLength = 1)]
    public string FeaturedMessage { get; set; } = "Featured playlists";

    /// <summary>The categories; the built-in moods and activities if there are none.</summary>
    [ValidateEnumeratedItems, MaxLength(500)]
    public IList<BrowseCategory> Categories { get; set; } = [];

    /// <summary>How long editorial playlists and lists of a market are kept in memory; 0 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Cache { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Returns the configured categories or the built-in ones.</summary>
    internal IReadOnlyList<BrowseCategory> AllCategories() => Categories.Count > 0 ? [.. Categories] : BuiltIn;

    private static BrowseCategory New(string id, string name, string swedish, string german) => new()
    {
        Id = id,
        Name = name,
        Names = { ["sv"] = swedish, ["de"] = german },
    };
}

/// <summary>A category of editorial playlists.</summary>
public sealed class BrowseCategory
{
    /// <summary>The id: 1 to 50 lower-case ASCII letters and digits. Also the hashtag of its playlists.</summary>
    [Required, RegularExpression("^[a-z0-9]{1,50}$")]
    public string Id { get; set; } = "";

    /// <summary>The name in American English.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public string Name { get; set; } = "";

    /// <summary>The names in other languages, by ISO 639-1 code (<c>sv</c>) or locale (<c>es_MX</c>).</summary>
    public IDictionary<string, string> Names { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The URL of the icon; null for none.</summary>
    [Url]
    public string? IconUrl { get; set; }

    /// <summary>Returns the name for a locale.</summary>
    /// <param name="locale">A locale such as <c>sv_SE</c>; null for American English.</param>
    internal string NameIn(string? locale)
    {
        if (locale is null) return Name;
        var names = new Dictionary<string, string>(Names, StringComparer.OrdinalIgnoreCase);
        return names.TryGetValue(locale, out var exact) ? exact
            : names.TryGetValue(locale.Split('_', '-')[0], out var language) ? language
            : Name;
    }
}

/// <summary>Validates <see cref="BrowseOptions"/>.</summary>
[OptionsValidator]
public sealed partial class BrowseOptionsValidator : IValidateOptions<BrowseOptions>;
