using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using static Spotify.Recommendations.Tracks.TrackAttribute;

namespace Spotify.Recommendations.Prompts;

/// <summary>The English words for moods, occasions and sounds, and the attributes that they ask for.</summary>
internal static class PromptLexicon
{
    /// <summary>The largest number of words of an entry.</summary>
    public const int MaxWords = 3;

    private static readonly (string Entries, AttributeRange[] Ranges)[] Meanings =
    [
        ("calm, calming, chill, chilled, chillout, relaxed, relaxing, relax, mellow, peaceful, soothing, gentle, serene, tranquil, soft, "
            + "quiet, laid back, easy listening, cozy, cosy, unwind, low energy", [Low(Energy, 0.2f), Near(Loudness, -16)]),
        ("happy, cheerful, joyful, joyous, feel good, feelgood, uplifting, sunny, fun, bright, positive, good mood",
            [High(Valence, 0.85f), Near(Energy, 0.65f)]),
        ("upbeat", [High(Valence, 0.75f), High(Energy, 0.75f)]),
        ("sad, melancholic, melancholy, melancholia, heartbreak, heartbroken, gloomy, somber, sombre, sorrowful, tearful, lonely, "
            + "depressing, crying, bittersweet", [Low(Valence, 0.15f), Near(Energy, 0.3f)]),
        ("rainy, rain, autumn, winter, nostalgic, wistful, moody", [Near(Valence, 0.3f), Near(Energy, 0.3f)]),
        ("energetic, energizing, powerful, intense, hype, pumped, high energy, lively, wild", [High(Energy, 0.9f)]),
        ("romantic, romance, love, sensual, sexy, date night, wedding, intimate, tender", [Near(Valence, 0.55f), Near(Energy, 0.35f)]),
        ("dark, brooding, haunting, sinister, eerie, spooky", [Low(Valence, 0.15f), Near(Mode, 0)]),
        ("angry, aggressive, furious, rage, brutal", [High(Energy, 0.95f), Low(Valence, 0.25f)]),
        ("focus, concentration, concentrate, study, studying, work, working, coding, reading, homework",
            [High(Instrumentalness, 0.85f), Near(Energy, 0.35f), Low(Speechiness, 0.05f)]),
        ("party, dancing, club, clubbing, danceable, groovy, groove, dancefloor", [High(Danceability, 0.85f), Near(Energy, 0.75f)]),
        ("workout, work out, gym, running, run, jogging, cardio, exercise, training, fitness, sport",
            [High(Energy, 0.85f), new AttributeRange(Tempo, 110, Target: 140)]),
        ("sleep, sleeping, sleepy, bedtime, lullaby, meditation, meditate, yoga, spa, nap",
            [Low(Energy, 0.1f), Near(Instrumentalness, 0.8f), new AttributeRange(Tempo, Max: 110, Target: 65)]),
        ("dinner, coffee, cafe, cooking, brunch, lounge, background", [Near(Energy, 0.4f), Near(Acousticness, 0.6f)]),
        ("road trip, roadtrip, driving, drive, travel, summer, beach, holiday", [Near(Energy, 0.7f), Near(Valence, 0.65f)]),
        ("dreamy, ethereal, atmospheric, ambience, spacey", [Near(Energy, 0.25f), Near(Instrumentalness, 0.6f)]),
        ("epic, cinematic, dramatic", [Near(Instrumentalness, 0.7f), Near(Energy, 0.6f)]),
        ("morning, sunrise", [Near(Valence, 0.6f), Near(Energy, 0.45f)]),
        ("evening, night, late night, midnight, sunset", [Near(Energy, 0.4f)]),
        ("acoustic, unplugged, stripped down", [High(Acousticness, 0.95f)]),
        ("synthetic, electric", [Low(Acousticness, 0.05f)]),
        ("instrumental", [High(Instrumentalness, 0.95f)]),
        ("vocal, voice, singing, singer, lyric, sung, lyrical, sing along", [Low(Instrumentalness, 0)]),
        ("live, concert, in concert, audience", [High(Liveness, 0.9f)]),
        ("spoken, spoken word, talking, speech", [High(Speechiness, 0.8f)]),
        ("loud, noisy", [new AttributeRange(Loudness, -10, Target: -5)]),
        ("major key, in major", [new AttributeRange(Mode, 0.5f, Target: 1)]),
        ("minor key, in minor", [new AttributeRange(Mode, Max: 0.5f, Target: 0)]),
        ("slow, slower, downtempo, down tempo", [new AttributeRange(Tempo, Max: 100, Target: 75)]),
        ("midtempo, mid tempo, medium tempo", [new AttributeRange(Tempo, 90, 125, 108)]),
        ("fast, faster, uptempo, up tempo, quick, speedy", [new AttributeRange(Tempo, 120, Target: 145)]),
        ("popular, hit, famous, well known, chart, biggest, mainstream", [new AttributeRange(Popularity, 40, Target: 90)]),
        ("obscure, unknown, underground, rare, hidden gem, deep cut, lesser known",
            [new AttributeRange(Popularity, Max: 40, Target: 10)]),
    ];

    private static readonly Dictionary<string, AttributeRange[]> Entries = Meanings
        .SelectMany(meaning => meaning.Entries.Split(", ").Select(entry => (entry, meaning.Ranges)))
        .ToDictionary(pair => KeyOf(pair.entry.Split(' ')), pair => pair.Ranges, StringComparer.Ordinal);

    /// <summary>Words that ask for tracks without explicit lyrics.</summary>
    public static readonly HashSet<string> Clean = KeysOf("clean, family friendly, kid friendly, child friendly, safe for kids");

    /// <summary>Words that ask for explicit lyrics, which only matter if they are negated.</summary>
    public static readonly HashSet<string> Explicit = KeysOf("explicit, swearing, profanity, cursing, swear words, dirty");

    /// <summary>Words that negate those that follow.</summary>
    public static readonly HashSet<string> Negations = new(
        [
            "no", "not", "without", "non", "except", "excluding", "exclude", "minus", "never", "nothing", "less", "dont", "isnt", "arent",
            "avoid",
        ],
        StringComparer.Ordinal);

    /// <summary>Words after which an artist may be named.</summary>
    public static readonly HashSet<string> ArtistCues = new(["like", "by", "similar", "featuring", "feat"], StringComparer.Ordinal);

    /// <summary>Words without a meaning of their own.</summary>
    public static readonly HashSet<string> Fillers = new(
        (
            "a an the some any all for from of to with and or but in on at as is are was be it its that this these those there me my i im "
            + "we you your our us want wanted would like need give play please make create find show get music song songs track tracks "
            + "tune tunes playlist mix list album albums artist artists band bands something anything stuff things really very too "
            + "quite much more most mostly few lot lots bit kind sort type types genre genres mood moods vibe vibes feel feels feeling "
            + "feelings era year years style styles sound sounds sounding good great best nice perfect only just also maybe mix of while "
            + "when during after before day days time times then than so by similar featuring feat tempo beat beats bpm period "
            + "version versions recording recordings performance performances played playing listen listening put together full contain "
            + "containing include including has have having about around "
        ).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal);

    /// <summary>Returns the ranges that words stand for; null if they have no meaning.</summary>
    public static AttributeRange[]? Find(IReadOnlyList<string> words) => Entries.GetValueOrDefault(KeyOf(words));

    /// <summary>Returns the words in the spelling of the sets of this class.</summary>
    public static string KeyOf(IEnumerable<string> words) => string.Join(' ', words.Select(PromptWords.Singular));

    private static HashSet<string> KeysOf(string entries) =>
        entries.Split(", ").Select(entry => KeyOf(entry.Split(' '))).ToHashSet(StringComparer.Ordinal);

    private static AttributeRange High(TrackAttribute attribute, float target) => new(attribute, Min: 0.5f, Target: target);

    private static AttributeRange Low(TrackAttribute attribute, float target) => new(attribute, Max: 0.5f, Target: target);

    private static AttributeRange Near(TrackAttribute attribute, float target) => new(attribute, Target: target);
}
