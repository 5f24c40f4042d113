using Spotify.Demo.Music;
using static Spotify.Demo.Music.Genre;

namespace Spotify.Demo;

/// <summary>The names in the demo catalog, all of them invented.</summary>
internal static class DemoNames
{
    public const string BookAuthor = "Lavinia Thorncastle";
    public const string BookReader = "Osei Marlowe-Finch";

    internal sealed record Artist(string Key, string Name, params Genre[] Genres);

    /// <summary>An album. A compilation has no artist; the release is a date or a number of days from today.</summary>
    /// <remarks>
    /// Tracks are titles, each followed by its attributes: <c>* 9</c> the number of movements, <c>+ key</c> a guest (on a compilation
    /// the artist), <c>!</c> explicit, <c># SE,NO</c> the only markets; preceded by <c>~</c> if a second disc starts here.
    /// </remarks>
    internal sealed record Album(
        string Key, string ArtistKey, string Name, string Type, string Released, string Label, params string[] Tracks);

    /// <summary>A show with its episodes, or an audiobook with its chapters.</summary>
    internal sealed record Series(string Key, string Name, string Publisher, string Description, Genre Genre, params string[] Parts);

    public static readonly Artist[] Artists =
    [
        new("aurora-fields", "Aurora Fields", Ambient, Classical),
        new("thokusetur", "Þokusetur", Ambient),
        new("nadir-lantern", "Nadir Lantern", Ambient, Synthwave),
        new("alder-and-wren", "Alder & Wren Hollow", Folk),
        new("maite-larroque", "Maïté Larroque-Vane", Folk, Jazz),
        new("kettlewick", "The Kettlewick Brothers", Folk, Rock),
        new("passarinho", "Trio Passarinho Azul", Jazz),
        new("ondina", "Ondina Valadão", Jazz, LoFi),
        new("ashgrove", "Cornelius Ashgrove Quartet", Jazz),
        new("velvet-turnstile", "Velvet Turnstile", House),
        new("swietlik", "Disko Świetlik", House),
        new("amber-relay", "Amber Relay", House, Ambient),
        new("neon-ocelot", "Neon Ocelot", Synthwave),
        new("yako", "夜光トンネル", Synthwave),
        new("vektor-hale", "Vektor Hale", Synthwave, House),
        new("paper-lighthouse", "paper lighthouse club", LoFi),
        new("ama-tidewell", "Ama Tidewell", LoFi, Jazz),
        new("teh-senja", "Teh Senja Kecil", LoFi),
        new("static-orchard", "Static Orchard", Rock),
        new("kompas", "Медный Компас", Rock),
        new("faroles", "Los Faroles Rotos", Rock, Folk),
        new("anvil-sparrow", "Anvil Sparrow", Rock),
        new("morawin", "Elżbieta Morawin", Classical),
        new("silberbach", "Kammerensemble Silberbach", Classical),
        new("varhelyi", "Ágnes Várhelyi-Szél", Classical, Ambient),
    ];

    public static readonly Album[] Albums =
    [
        new("afterglow-atlas", "aurora-fields", "Afterglow Atlas", "album", "2019-03-15", "Kelp & Cedar",
            "Tidal Glass", "A Slower Weather", "Lantern Migration + nadir-lantern", "Harbour of Small Hours", "Anemone Clock",
            "Where the Map Ends"),
        new("snowline", "aurora-fields", "Snowline", "single", "-5", "Kelp & Cedar",
            "Snowline", "Snowline (Morning Version) + varhelyi"),
        new("vetrarljos", "thokusetur", "Vetrarljós", "album", "2021-11-05", "Norðanátt",
            "Fjörður", "Ísbrú", "Langdegi * 9", "Mosi og Þögn"),
        new("underpass-moons", "nadir-lantern", "Underpass Moons", "album", "2016-06-24", "Low Orbit Goods",
            "Sodium Halo", "Night Bus to Nowhere Loud", "Elevator Constellation", "Antenna Prayer"),
        new("bramble-letters", "alder-and-wren", "Bramble Letters", "album", "2014-09-12", "Hearthstone Row",
            "Apple Cellar Waltz", "The Ferryman's Daughter Sails", "Milk Teeth and Marigolds", "Seven Gates Home",
            "Wren Song + maite-larroque"),
        new("la-vigne", "maite-larroque", "La Vigne et le Vent", "album", "2018-05-18", "Éditions Pluvier",
            "Été à rebours", "Château de sable", "L'âne et l'alouette", "Sous le préau",
            "Dernier train pour Ambrosac # FR,DE,ES,IT,NL"),
        new("gravel-and-thyme", "kettlewick", "Gravel and Thyme", "album", "2011-10-07", "Hearthstone Row",
            "Cider Money", "Old Tom's Almanac", "Rope Swing Summer", "Damn That Crooked Mile !", "Lay Down the Plough"),
        new("beira", "passarinho", "Beira do Rio Lento", "album", "2009-02-20", "Maracujá Discos",
            "Canção da Varanda", "Azulejo", "Chuva de Abril + ondina", "Passo Miúdo", "Três Gaivotas"),
        new("maresia", "ondina", "Maresia de Papel", "album", "2022-08-19", "Maracujá Discos",
            "Papel e Sal", "Andorinha Tardia", "Manhã sem Pressa", "Só Mais um Café"),
        new("ashgrove-late", "ashgrove", "Late Set at the Alcazaba Room", "album", "1998-04-03", "Blue Anchor Sessions",
            "Almost a Ballad", "Umbrella Logic", "Mr. Pemberton Declines", "Room Tone Blues", "Encore for the Doorman"),
        new("turnstile-nights", "velvet-turnstile", "Token Nights", "album", "2017-07-28", "Mirrorball Freight",
            "Ticket to the Floor", "All Doors Open", "Body Clock", "Get the Hell Up Again !", "Last Train Disco + vektor-hale"),
        new("swiatla", "swietlik", "Światła Miasta", "album", "2020-02-14", "Mirrorball Freight",
            "Świetlik", "Łódka na Dachu", "Żółty Tramwaj # PL,DE", "Aż do Rana"),
        new("relay-one", "amber-relay", "Signal Garden", "album", "2023-04-21", "Copperleaf",
            "Analog Sunrise", "Switchboard Honey", "Carrier Wave", "Amber Static"),
        new("ocelot-drive", "neon-ocelot", "Ocelot Drive", "album", "2015-10-30", "Chrome Palms",
            "Turbo Lagoon", "Ghost in the Arcade", "Palmetto Chase", "Acid Rain Parade !", "Credits Roll Over Miami Bay",
            "~ Turbo Lagoon (Extended)", "Palmetto Chase (Instrumental)"),
        new("yako-one", "yako", "雨の首都高", "album", "2018-12-07", "Chrome Palms",
            "雨の首都高", "ネオンの約束 # JP,US", "始発まで", "ガラスの月 + neon-ocelot"),
        new("hale-single", "vektor-hale", "Parallax", "single", "2024-01-26", "Chrome Palms",
            "Parallax", "Parallax (Amber Relay Remix) + amber-relay"),
        new("rainy-shelf", "paper-lighthouse", "rainy shelf", "album", "2020-10-09", "Teacup Tapes",
            "library card", "ants on the windowsill", "warm radiator", "borrowed umbrella + ama-tidewell", "half past tea",
            "a very small boat"),
        new("tidewell-ep", "ama-tidewell", "Afternoon Ferry", "album", "2021-06-11", "Teacup Tapes",
            "Afternoon Ferry", "Postcards, Unsent", "Salt on the Deck", "Honey Static"),
        new("senja", "teh-senja", "Pelan-pelan Saja", "album", "2022-03-25", "Teacup Tapes",
            "Teras Rumah", "Angin Sore", "Jalan Kecil", "Hujan Reda + ondina"),
        new("orchard-loud", "static-orchard", "Loud Pears", "album", "2013-03-08", "Rustbucket",
            "Gasoline Picnic", "Kick the Ladder", "Ankle-Deep in June", "Bastard Weather !", "Windfall"),
        new("kompas-one", "kompas", "Северный Ветер", "album", "2016-11-18", "Rustbucket",
            "Северный Ветер", "Апрель на Вокзале", "Медный Компас", "Далеко до Утра"),
        new("faroles-one", "faroles", "Avenida sin Número", "album", "2019-09-27", "Discos Cigüeña",
            "Avenida sin Número", "Mañana Quizás", "El Último Farol", "Corazón de Hojalata + kettlewick # ES,MX,US,BR"),
        new("sparrow-one", "anvil-sparrow", "Hammer Songs for Birds", "album", "2010-05-14", "Rustbucket",
            "Anvil Sparrow", "Featherweight Champion", "Copper Teeth", "Go to Hell, Tuesday !", "Iron Lullaby"),
        new("preludia", "morawin", "Preludia Zimowe", "album", "2012-01-20", "Pracownia Klawisz",
            "Preludium I: Śnieg", "Preludium II: Żuraw", "Preludium III: Aleja", "Preludium IV: Źródło", "Preludium V: Świt"),
        new("silberbach-one", "silberbach", "Abendlicht für stille Räume", "album", "2007-09-21", "Silberbach Eigenverlag",
            "Allegro im Garten", "Andante über dem Mühlrad", "Menuett der Frösche", "Finale: Schöne Aussicht"),
        new("varhelyi-one", "varhelyi", "Őszi Levelek", "album", "2023-10-13", "Pracownia Klawisz",
            "Első Levél", "Üvegház", "Altató", "Hűvös Reggel + aurora-fields"),
        new("wayfarers", "kettlewick", "Wayfarers' Almanac", "single", "-12", "Hearthstone Row",
            "Wayfarers' Almanac # US"),
        new("vinter", "alder-and-wren", "Vinterängen", "single", "2023-12-01", "Hearthstone Row",
            "Vinterängen # SE,NO,FI", "Alder by the Water # SE"),
        new("tomorrow", "neon-ocelot", "Arcade Tomorrow", "single", "28", "Chrome Palms",
            "Arcade Tomorrow", "Airlock Heart + yako"),
        new("anthology", "", "An Evening Anthology", "compilation", "2022-12-02", "Low Orbit Goods",
            "Asphalt Lullaby + nadir-lantern", "Soft Machinery + amber-relay", "Ajar + ama-tidewell", "Kaminfeuer + silberbach",
            "Lágnætti + thokusetur"),
        new("basement", "", "Basement Voltage, Vol. 1", "compilation", "2021-09-03", "Rustbucket",
            "Feedback Picnic + static-orchard", "Проводник + kompas", "Ruido Blanco + faroles", "Attic Riot + anvil-sparrow !",
            "Trzy Akordy + swietlik"),
    ];

    public static readonly Series[] Shows =
    [
        new("attic-radio", "Attic Radio", "Juniper Hask", "Stories from boxes that nobody had opened for years.", Folk,
            "A Box of Keys", "The Map That Was Wrong", "Letters to a Lighthouse", "Aunt Odile's Recipe", "What the Clock Remembered",
            "An Unfinished Scarf"),
        new("small-machines", "Small Machines", "Copperleaf", "How everyday things work, taken apart on a kitchen table.", Synthwave,
            "The Zip", "Anatomy of a Kettle", "Why Doors Squeak", "Springs", "A Short Walk Inside a Radio"),
    ];

    public static readonly Series Book = new(
        "the-amber-orchard", "The Amber Orchard", "Hearthstone Row",
        "A gardener inherits an orchard in which every tree remembers another year.", Classical,
        "The Gate", "Apples in Winter", "A Ladder Against the Sky", "The Beekeeper's Advice", "Frost",
        "The Year Without a Name", "Harvest");
}
