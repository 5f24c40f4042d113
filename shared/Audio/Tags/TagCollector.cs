using System.Globalization;

namespace Spotify.Audio.Tags;

/// <summary>A collector of the values found by a format's reader. Converts them to <see cref="AudioTags"/>.</summary>
internal sealed class TagCollector(TagBudget budget)
{
    private const int MaximumReasons = 32;
    private const int FrontCover = 3;

    private readonly Dictionary<TagField, List<string>> values = [];
    private readonly HashSet<TagField> fullFields = [];
    private readonly List<string> ignored = [];
    private EmbeddedPicture? cover;
    private int coverRank = int.MaxValue;

    public TagBudget Budget => budget;

    public TagLimits Limits => budget.Limits;

    /// <summary>Adds a value. Ignores empty and duplicate values, and values beyond the limit of a field.</summary>
    public void Add(TagField field, string value)
    {
        // Older tags have NUL-terminated strings, and some strings begin with a byte order mark.
        value = value.Replace("\0", "").Trim('\uFEFF').Trim();
        if (value.Length == 0) return;

        if (!values.TryGetValue(field, out var list)) values[field] = list = [];
        if (!list.Contains(value) && HasRoom(field)) list.Add(value);
    }

    /// <summary>Returns whether a field has fewer values than its limit. Reports the first value that is ignored otherwise.</summary>
    public bool HasRoom(TagField field)
    {
        var hasRoom = !values.TryGetValue(field, out var list) || list.Count < Limits.ValuesPerField;
        if (!hasRoom && fullFields.Add(field)) Ignore($"The field {field} has more than {Limits.ValuesPerField} values.");
        return hasRoom;
    }

    /// <summary>Adds a picture.</summary>
    /// <param name="type">The ID3v2 picture type (APIC), which other formats use too.</param>
    /// <param name="bytes">The image file.</param>
    /// <param name="offset">The offset of the picture, in bytes from the start of the file.</param>
    public void AddPicture(int type, byte[] bytes, long offset)
    {
        // Types 1 and 2 are small icons.
        var rank = type switch { FrontCover => 0, 1 or 2 => 2, _ => 1 };
        if (rank >= coverRank) return;

        if (EmbeddedPicture.MimeTypeOf(bytes) is { } mimeType) (cover, coverRank) = (new EmbeddedPicture(mimeType, bytes), rank);
        else Ignore("A picture has an unknown format", offset);
    }

    /// <summary>Returns whether an element is within its size limit. Reports it as ignored if not.</summary>
    public bool Fits(string element, long length, int limit, long offset)
    {
        return length <= limit || Ignore($"{element} of {length} bytes is larger than {limit} bytes", offset);
    }

    /// <summary>Returns whether a picture is within the limits, and takes it from the budget. Reports it as ignored if not.</summary>
    public bool PictureFits(long length, long offset) =>
        Fits("A picture", length, Limits.PictureBytes, offset)
        && (budget.TakePicture(length) || Ignore($"The pictures have more than {Limits.AllPicturesBytes} bytes", offset));

    /// <summary>Returns whether a text is within the limits, and takes it from the budget. Reports it as ignored if not.</summary>
    public bool TextFits(long length, long offset) =>
        Fits("A text", length, Limits.TextBytes, offset)
        && (budget.TakeText(length) || Ignore($"The texts have more than {Limits.AllTextsBytes} bytes", offset));

    /// <summary>Reads a single tag. If it is damaged, only this tag is ignored.</summary>
    /// <exception cref="OperationCanceledException">The read is cancelled.</exception>
    public void Try(Action read)
    {
        if (!budget.AllowsElement()) return;
        try
        {
            read();
        }
        catch (InvalidAudioException damage)
        {
            budget.CountFailure();
            Ignore(damage.Message);
        }
    }

    /// <summary>Reports an ignored element. Returns false.</summary>
    public bool Ignore(string reason, long offset)
    {
        if (ignored.Count < MaximumReasons) Ignore(new InvalidAudioException(reason, offset).Message);
        return false;
    }

    /// <summary>Copies missing values from a tag of lower precedence in the same file.</summary>
    public void FillFrom(TagCollector other)
    {
        foreach (var (field, list) in other.values) values.TryAdd(field, list);
        foreach (var reason in other.ignored) Ignore(reason);
        if (other.coverRank < coverRank) (cover, coverRank) = (other.cover, other.coverRank);
    }

    public AudioTags ToTags()
    {
        var (track, trackTotal) = Numbers(TagField.TrackNumber, TagField.TrackTotal);
        var (disc, discTotal) = Numbers(TagField.DiscNumber, TagField.DiscTotal);
        return new AudioTags
        {
            Title = First(TagField.Title),
            Artists = All(TagField.Artist),
            AlbumArtists = All(TagField.AlbumArtist),
            ArtistNames = All(TagField.ArtistName),
            ArtistSortNames = All(TagField.ArtistSort),
            ArtistIds = Ids(TagField.ArtistId),
            AlbumArtistNames = All(TagField.AlbumArtistName),
            AlbumArtistSortNames = All(TagField.AlbumArtistSort),
            AlbumArtistIds = Ids(TagField.AlbumArtistId),
            AlbumId = Ids(TagField.AlbumId).FirstOrDefault(),
            RecordingId = Ids(TagField.RecordingId).FirstOrDefault(),
            Lyrics = First(TagField.Lyrics),
            Composers = All(TagField.Composer),
            Album = First(TagField.Album),
            TrackNumber = track,
            TrackTotal = trackTotal,
            DiscNumber = disc,
            DiscTotal = discTotal,
            Date = All(TagField.Date).Select(TagDate.Reduce).FirstOrDefault(date => date is not null),
            Genres = All(TagField.Genre),
            Isrc = All(TagField.Isrc).Select(Isrc).FirstOrDefault(code => code is not null),
            Upc = All(TagField.Upc).Select(Upc).FirstOrDefault(code => code is not null),
            Label = First(TagField.Label),
            Copyright = First(TagField.Copyright),
            IsExplicit = Advisory(First(TagField.Explicit)),
            IsCompilation = First(TagField.Compilation) is "1" or "true" or "True",
            Cover = cover,
            Ignored = ignored,
        };
    }

    private void Ignore(string reason)
    {
        if (ignored.Count < MaximumReasons) ignored.Add(reason);
    }

    private IReadOnlyList<string> All(TagField field) => values.GetValueOrDefault(field) ?? [];

    private string? First(TagField field) => values.GetValueOrDefault(field)?[0];

    // Formats without lists have the ids of several artists in one value.
    private List<string> Ids(TagField field) =>
    [
        .. All(field).SelectMany(value => value.Split('/', ';', ' '))
            .Where(id => Guid.TryParseExact(id, "D", out _)).Select(id => id.ToLowerInvariant()),
    ];

    // The number is often followed by the total, as in "3/12".
    private (int? Number, int? Total) Numbers(TagField numberField, TagField totalField)
    {
        var parts = First(numberField)?.Split('/', 2) ?? [];
        return (Number(parts.ElementAtOrDefault(0)), Number(First(totalField)) ?? Number(parts.ElementAtOrDefault(1)));
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
        && number > 0
            ? number
            : null;

    private static string? Isrc(string text)
    {
        var code = text.Replace("-", "").Replace(" ", "").ToUpperInvariant();
        return code.Length == 12
            && code.All(char.IsAsciiLetterOrDigit)
            && code.Take(2).All(char.IsAsciiLetter)
            && code.Skip(5).All(char.IsAsciiDigit)
                ? code
                : null;
    }

    private static string? Upc(string text)
    {
        var code = text.Replace("-", "").Replace(" ", "");
        return code.Length is >= 8 and <= 14 && code.All(char.IsAsciiDigit) ? code : null;
    }

    // iTunes: 0 is no rating, 1 (in older files 4) is explicit, 2 is clean.
    private static bool? Advisory(string? text) => text?.ToLowerInvariant() switch
    {
        "1" or "4" or "explicit" => true,
        "0" or "2" or "clean" => false,
        _ => null,
    };
}
