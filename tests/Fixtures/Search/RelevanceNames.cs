using Spotify.Search;

namespace Spotify.Fixtures.Search;

/// <summary>Generated names of artists, albums and tracks in many scripts, many of which have words in common.</summary>
internal sealed class RelevanceNames(Random random)
{
    private static readonly string[] Adjectives = Split(
        "Black White Golden Silver Broken Silent Electric Velvet Crystal Hollow Burning Frozen Midnight Crimson Wild Lonely Holy Distant "
        + "Endless Secret Bitter Sweet Lost Hidden Northern Southern Scarlet Quiet Violent Gentle Ancient Modern Paper Plastic Neon Cosmic "
        + "Digital Analog Sleepy Drunken Honest Fearless Restless Rusty Shiny Velveteen Marble Iron Wooden Hungry Thirsty Faithful");

    private static readonly string[] Nouns = Split(
        "River Mountain Ocean Shadow Mirror Garden Window Engine Station Highway Desert Island Harbor Lantern Candle Feather Thunder "
        + "Lightning Winter Summer Autumn Morning Evening Sunset Horizon Machine Satellite Rocket Orchid Willow Raven Falcon Tiger Panther "
        + "Wolf Serpent Dragon Phoenix Kingdom Empire Castle Cathedral Chapel Temple Carnival Circus Theatre Factory Library Telephone "
        + "Television Elephant Butterfly Dragonfly Hurricane Avalanche Earthquake Diamond Emerald Sapphire Honey Cinnamon Ginger Pepper "
        + "Love Heart Dream Fire Night Light Rain Road Home Angel Ghost Star Moon Sun Sky Blood Bone Stone Train Girl Boy Baby Queen King");

    private static readonly string[] FirstNames = Split(
        "Sarah Emma Olivia Charlotte Amelia Isabella Sophie Hannah Jessica Rebecca Katherine Elizabeth Margaret Johnny Jimmy Bobby Charlie "
        + "Frankie Stevie Freddie Marcus Julian Adrian Sebastian Nathan Gabriel Dominic Vincent Leonard Theodore Carlos Miguel Alejandro "
        + "Fernando Lucía María José Zoë Chloé Noémie Jürgen Björn Søren Åsa Łukasz Zdeněk Ayşe");

    private static readonly string[] LastNames = Split(
        "Anderson Mitchell Thompson Robinson Henderson Patterson Richardson Crawford Sullivan Gallagher Fitzgerald O'Brien McDonald "
        + "Hawkins Coleman Jenkins Franklin Washington Jefferson Montgomery Hamilton Harrison Nicholson Peterson Svensson Jørgensen Müller "
        + "Schröder García Rodríguez Fernández Peña Gonçalves Lefèvre Dubois Côté Nováková Kowalski Yılmaz Papadopoulos");

    private static readonly string[] Verbs = Split("Need Want Love Miss Remember Follow Forgive Believe Forget Adore Understand Imagine");

    private static readonly string[] Common = Split("Hello Home Dreams Angel Hurt Crazy Stay Money Time Fire Heaven Forever Tonight Again");

    private static readonly string[] Suffixes =
        [" (Remix)", " - Live", " (feat. {0})", ", Pt. 2", " (Acoustic)", " - Remastered 2011", " II"];

    // Words of names in other scripts, which are put together in pairs.
    private static readonly (string[] First, string[] Second, string Separator)[] Others =
    [
        (Split("Иван Анна Сергей Мария Дмитрий Ольга Николай Екатерина"), Split("Смирнов Кузнецова Соколов Морозова Волков Зайцева"), " "),
        (Split("Красная Белый Чёрная Синий Тихий Последний"), Split("Звезда Город Ночь Дождь Снег Вечер Поезд Океан"), " "),
        (Split("Μαρία Γιώργος Ελένη Νίκος Κώστας"), Split("Παππάς Δημητρίου Γεωργίου Αντωνίου Νικολάου"), " "),
        (Split("さくら ひまわり ゆめ あおい よぞら"), Split("の花 の歌 ドリーム バンド ストーリー"), ""),
        (Split("山田 田中 鈴木 高橋 渡辺"), Split("ハナコ タロウ ケンジ ユウコ ミドリ"), ""),
        (Split("이 박 최 정 강 조"), Split("민수 지은 서연 하준 도윤 수아"), ""),
        (Split("사랑 그리운 푸른 하얀"), Split("노래 바람 하늘 편지 기억"), " "),
        (Split("王 李 張 劉 陳 楊"), Split("小明 美麗 志強 建國 雅婷 文龍"), ""),
        (Split("月光 夜空 青春 孤獨"), Split("之歌 的夢 情書 列車"), ""),
        (Split("ดวง สาย รัก"), Split("จันทร์ ฝน ใจ ดาว"), ""),
        (Split("محمد أحمد فاطمة ليلى"), Split("حسن علي منصور سالم"), " "),
        (Split("דוד שרה משה רחל"), Split("כהן לוי מזרחי פרץ"), " "),
        (Split("राज मीरा अमित"), Split("शर्मा कपूर वर्मा"), " "),
    ];

    /// <summary>Returns the name of an artist.</summary>
    public string Artist() => random.Next(14) switch
    {
        0 or 1 or 2 => $"{Pick(FirstNames)} {Pick(LastNames)}",
        3 => $"The {Plural()}",
        4 => $"The {Pick(Adjectives)} {Plural()}",
        5 or 6 => $"{Pick(Adjectives)} {Pick(Nouns)}",
        7 => $"{Pick(Nouns)} & The {Plural()}",
        8 => $"{Pick(Nouns)} {random.Next(2, 100)}",
        9 => $"DJ {Pick(Nouns)}",
        10 => $"{Pick(FirstNames)} {Pick(LastNames)} Trio",
        11 => Pick(Nouns) + Pick(Nouns).ToLowerInvariant(),
        _ => Other(Others),
    };

    /// <summary>Returns the name of an album or a track.</summary>
    /// <param name="artist">The artist, in whose script it is.</param>
    public string Title(string artist)
    {
        if (Alphabet(artist) is var alphabet and > 0) return Other(Array.FindAll(Others, names => Alphabet(names.First[0]) == alphabet));
        var title = random.Next(9) switch
        {
            0 => Pick(Common),
            1 => $"{Pick(Adjectives)} {Pick(Nouns)}",
            2 => $"{Pick(Nouns)} of the {Pick(Nouns)}",
            3 => $"I {Pick(Verbs)} You",
            4 => $"{Pick(Nouns)} in the {Pick(Adjectives)} {Pick(Nouns)}",
            5 => $"Don't {Pick(Verbs)} the {Pick(Nouns)}",
            6 => $"{Plural()} and {Plural()}",
            7 => $"{Pick(FirstNames)}'s {Pick(Nouns)}",
            _ => $"{Pick(Adjectives)} {Pick(Adjectives)} {Pick(Nouns)}",
        };
        return random.Next(6) == 0 ? title + Pick(Suffixes).Replace("{0}", Pick(FirstNames), StringComparison.Ordinal) : title;
    }

    private static string[] Split(string words) => words.Split(' ');

    // The number of the alphabet of a name; 0 for Latin.
    private static int Alphabet(string name) => SearchText.FoldedName(name)[0] switch
    {
        < '\u0370' => 0,
        < '\u0400' => 1,
        < '\u0590' => 2,
        < '\u0600' => 3,
        < '\u0900' => 4,
        < '\u0E00' => 5,
        < '\u3000' => 6,
        >= '\u3130' and < '\u3190' => 7,
        _ => 8,
    };

    private string Other((string[] First, string[] Second, string Separator)[] others)
    {
        var (first, second, separator) = others[random.Next(others.Length)];
        return Pick(first) + separator + Pick(second);
    }

    private string Plural()
    {
        var noun = Pick(Nouns);
        return noun[^1] switch
        {
            'y' when noun[^2] is not ('a' or 'e' or 'o') => noun[..^1] + "ies",
            's' or 'x' => noun + "es",
            _ => noun + "s",
        };
    }

    private string Pick(string[] values) => values[random.Next(values.Length)];
}
