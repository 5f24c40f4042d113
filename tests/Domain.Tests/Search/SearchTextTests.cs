using Spotify.Search;

namespace Spotify.Domain.Tests.Search;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("Beyoncé", "beyonce")]
    [InlineData("Beyonce\u0301", "beyonce")]
    [InlineData("MOTÖRHEAD", "motorhead")]
    [InlineData("Sigur Rós", "sigur ros")]
    [InlineData("Ａｂｂａ　１２", "abba 12")]
    [InlineData("Straße", "strasse")]
    [InlineData("Mø, Łódź & Æther", "mo lodz and aether")]
    [InlineData("İstanbul ışık", "istanbul isik")]
    [InlineData("Guns N’ Roses", "guns n roses")]
    [InlineData("'N Sync", "n sync")]
    [InlineData("N'Sync", "nsync")]
    [InlineData("*NSYNC", "nsync")]
    [InlineData("Don't Stop", "dont stop")]
    [InlineData("Don´t Stop", "dont stop")]
    [InlineData("AC/DC", "ac dc")]
    [InlineData("P!nk", "pink")]
    [InlineData("A$AP Rocky", "asap rocky")]
    [InlineData("Ke$ha", "kesha")]
    [InlineData("$uicideboy$", "suicideboys")]
    [InlineData("Joey Bada$$", "joey badass")]
    [InlineData("$100 Bill", "100 bill")]
    [InlineData("Wham!", "wham")]
    [InlineData("Panic! At The Disco", "panic at the disco")]
    [InlineData("Oh!Gunquit", "oh gunquit")]
    [InlineData("will.i.am", "will i am")]
    [InlineData("deadmau5", "deadmau5")]
    [InlineData("R.E.M.", "rem")]
    [InlineData("R.E.M", "rem")]
    [InlineData("M.I.A. Live", "mia live")]
    [InlineData("Jay-Z", "jay z")]
    [InlineData("Sunn O)))", "sunn o")]
    [InlineData("Florence + The Machine", "florence and the machine")]
    [InlineData("!!!", "！！！")]
    [InlineData("†", "†")]
    [InlineData("♥", "♥")]
    [InlineData("♥\uFE0F", "♥")]
    [InlineData("+", "＋")]
    [InlineData("…", "．．．")]
    [InlineData("? ?", "？ ？")]
    [InlineData("Louis Ⅳ²", "louis iv2")]
    [InlineData("٣ أغاني", "3 اغاني")]
    [InlineData("", "")]
    [InlineData(" \t\u0000\u0001\uE000", "")]
    [InlineData("\uD800a\uDC00", "a")]
    public void Case_accents_width_and_punctuation_are_ignored(string name, string folded) =>
        Assert.Equal(folded, SearchText.FoldedName(name));

    [Theory]
    [InlineData("кино", "Кино")]
    [InlineData("ёлка", "Елка")]
    [InlineData("Виктор Цой", "виктор цои")]
    [InlineData("Βασίλης", "ΒΑΣΙΛΗΣ")]
    [InlineData("ヒカル", "ひかる")]
    [InlineData("ﾋｶﾙ", "ヒカル")]
    [InlineData("が", "か\u3099")]
    [InlineData("ガ", "ｶﾞ")]
    [InlineData("パミュ", "ハ\u309Aミュ")]
    [InlineData("ラーメン", "らめん")]
    [InlineData("방탄소년단", "\u1107\u1161\u11BC\u1110\u1161\u11AB\u1109\u1169\u1102\u1167\u11AB\u1103\u1161\u11AB")]
    [InlineData("周杰倫", "周杰伦")]
    [InlineData("佐々木", "佐佐木")]
    [InlineData("שָׁלוֹם", "שלום")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("فيروز", "فیروز")]
    public void Forms_of_the_same_name_are_equal(string name, string other) =>
        Assert.Equal(SearchText.FoldedName(name), SearchText.FoldedName(other));

    [Theory]
    [InlineData("か", "が")]
    [InlineData("は", "ぱ")]
    [InlineData("सु", "सि")]
    [InlineData("ที่", "ที")]
    [InlineData("각오", "가고")]
    public void Different_letters_are_not_equal(string name, string other) =>
        Assert.NotEqual(SearchText.FoldedName(name), SearchText.FoldedName(other));

    [Theory]
    [InlineData("宇多田ヒカル", "宇 多 田 ひ か る")]
    [InlineData("ที่รัก", "ที่ รั ก")]
    [InlineData("AKB48の歌", "akb48 の 歌")]
    public void Each_letter_is_a_word_in_scripts_without_spaces(string name, string folded) =>
        Assert.Equal(folded, SearchText.FoldedName(name));

    [Theory]
    [InlineData("방", "바")]
    [InlineData("과", "고")]
    [InlineData("가나", "간")]
    [InlineData("없어", "업")]
    public void An_incomplete_Hangul_syllable_is_a_prefix(string name, string typed) =>
        Assert.StartsWith(SearchText.FoldedName(typed), SearchText.FoldedName(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("AC/DC", "ac dc acdc")]
    [InlineData("P!nk", "pink pnk")]
    [InlineData("A$AP", "asap aap")]
    [InlineData("will.i.am", "will i am william")]
    [InlineData("R.E.M.", "rem r e m")]
    [InlineData("blink-182", "blink 182 blink182")]
    [InlineData("L'amour toujours", "lamour toujours amour")]
    [InlineData("D'Angelo", "dangelo angelo")]
    [InlineData("don't we'll", "dont don well")]
    [InlineData("Oh!Gunquit", "oh gunquit ohgunquit")]
    [InlineData("a-b-c-d-e-f", "a b c d e f")]
    [InlineData("La La La", "la")]
    [InlineData("!!!", "！！！")]
    public void Terms_are_words_joined_words_and_parts(string name, string terms) =>
        Assert.Equal(terms.Split(' ').Order(StringComparer.Ordinal), SearchText.Terms(name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Кино", "kino")]
    [InlineData("Виктор Цой", "viktor tsoy tsoi coj")]
    [InlineData("Чайковский", "chaykovskiy chaikovskii chaykovsky chaikovsky cajkovskij")]
    [InlineData("Ёлка", "yolka elka jolka")]
    [InlineData("Хаски", "khaski haski")]
    [InlineData("Щербаков", "shcherbakov scherbakov")]
    [InlineData("Земфира", "zemfira")]
    [InlineData("Есенин", "esenin yesenin")]
    [InlineData("Океан Ельзи", "okean elzi yelzi")]
    [InlineData("Юлия", "yuliya iuliia julija")]
    [InlineData("Жанна", "zhanna zanna")]
    [InlineData("Бумбокс київ", "bumboks kyyiv")]
    [InlineData("Гурт їжак", "yizhak")]
    [InlineData("Бијело Дугме", "bijelo dugme")]
    [InlineData("Ђорђе Балашевић", "djordje balasevic")]
    [InlineData("кис-кис", "kis kiskis")]
    [InlineData("Би-2", "bi 2 bi2")]
    [InlineData("Βασίλης Παπακωνσταντίνου", "vasilis papakonstantinou")]
    [InlineData("Χάρις Αλεξίου", "charis haris alexiou")]
    [InlineData("Ευρυδίκη", "evrydiki eurydiki")]
    [InlineData("Μπάμπης", "bampis mpampis")]
    [InlineData("Αγγελική", "angeliki aggeliki")]
    [InlineData("Μάικλ", "maikl")]
    [InlineData("Ήχος", "ichos ihos")]
    [InlineData("ヒカル", "hikaru")]
    [InlineData("とうきょう", "toukyou tokyo")]
    [InlineData("ラーメン", "raamen ramen")]
    [InlineData("しんいち", "shinichi")]
    [InlineData("きゃりーぱみゅぱみゅ", "kyariipamyupamyu kyaripamyupamyu")]
    [InlineData("ファンタジー", "fantajii fantaji")]
    [InlineData("パーティー", "paatii pati")]
    [InlineData("ウィンク", "winku")]
    [InlineData("ヴァイオレット", "vaioretto")]
    [InlineData("マッチ", "matchi")]
    [InlineData("がっこう", "gakkou gakko")]
    [InlineData("ジュンとヒャク", "juntohyaku")]
    [InlineData("チェッカーズ", "chekkaazu chekkazu")]
    [InlineData("デュエット", "dyuetto")]
    [InlineData("クァルテット", "kwarutetto")]
    [InlineData("マイケル・ジャクソン", "maikeru jakuson")]
    [InlineData("방탄소년단", "bangtansonyeondan pangtansonyeondan")]
    [InlineData("김건모", "gimgeonmo kimgeonmo")]
    [InlineData("백마", "baengma baekma")]
    [InlineData("신라", "silla sinra")]
    [InlineData("종로", "jongno jongro")]
    [InlineData("왕십리", "wangsimni wangsipri")]
    [InlineData("독립문", "dongnimmun dokripmun")]
    [InlineData("해돋이", "haedoji haedoti")]
    [InlineData("좋고", "joko jotgo")]
    [InlineData("음악", "eumak")]
    [InlineData("앉아", "anja")]
    [InlineData("周杰伦", "zhou jie lun zhoujie jielun zhoujielun")]
    [InlineData("周杰倫", "zhou jie lun zhoujie jielun zhoujielun")]
    [InlineData("月亮代表我的心", "yue yueliang daibiao wode xin yueliangdaibiaowodexin")]
    [InlineData("女", "nv")]
    public void Names_have_terms_in_Latin_letters(string name, string expected)
    {
        var terms = SearchText.Terms(name).ToList();
        Assert.All(expected.Split(' '), term => Assert.Contains(term, terms));
        Assert.All(SearchText.Words(name), word => Assert.Contains(word.Text, terms));
    }

    [Theory]
    [InlineData("ไทย ที่รัก")]
    [InlineData("فيروز")]
    [InlineData("שלום")]
    [InlineData("सुनो")]
    [InlineData("Ծովինար")]
    [InlineData("თბილისი")]
    public void Other_scripts_are_found_as_written(string name) =>
        Assert.Equal(SearchText.Words(name).Select(word => word.Text).Distinct(), SearchText.Terms(name));

    [Fact]
    public void Long_words_are_cut_and_long_texts_are_bounded()
    {
        Assert.Equal([new string('a', 64)], SearchText.Terms(new string('a', 10_000)));
        Assert.Equal(new string('a', 63), SearchText.FoldedName(new string('a', 63) + "\U00020000")[..63]);
        Assert.True(SearchText.FoldedName(string.Concat(Enumerable.Repeat("word ", 10_000))).Length <= SearchText.MaxLength);
        Assert.Equal(SearchText.MaxTerms, SearchText.Terms(string.Join(' ', Enumerable.Range(0, 500))).Count());
        var han = string.Concat(Enumerable.Range(0x4E00, 5000).Select(code => (char)code));
        Assert.Equal(SearchText.MaxTerms, SearchText.Terms(han).Count());
    }
}
