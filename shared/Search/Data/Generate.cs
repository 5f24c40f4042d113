#:property PublishAot=false

// Generates unicode.br, the tables that UnicodeTables reads, from files of the Unicode Character Database 15.0, © Unicode, Inc., which
// https://www.unicode.org/license.txt permits to use, modify and distribute. On Debian:
//   apt-get install unicode-data; mkdir ucd; cp /usr/share/unicode/{UnicodeData.txt,Unihan_*.bz2} ucd; bunzip2 ucd/*.bz2
//   dotnet run shared/Search/Data/Generate.cs ucd shared/Search/Data/unicode.br

using System.Globalization;
using System.IO.Compression;
using System.Text;

using var file = File.Create(args[1]);
using var brotli = new BrotliStream(file, CompressionLevel.SmallestSize);
using var writer = new BinaryWriter(brotli);

// Compatibility decompositions. Hangul syllables are decomposed by a rule, and Hangul letters (U+3131 to U+318E) stay as they are.
var direct = File.ReadLines(Path.Combine(args[0], "UnicodeData.txt")).Select(line => line.Split(';'))
    .Where(fields => fields[5].Length > 0 && !(CodePoint(fields[0]) is >= 0x3131 and <= 0x318E))
    .ToDictionary(fields => CodePoint(fields[0]), fields => fields[5].Split(' ').Where(part => part[0] != '<').Select(CodePoint).ToArray());
WriteTable(direct.Keys, code => writer.Write(Text(Decomposition(code))));

// Simplified forms of Han characters.
var simplified = Unihan("Unihan_Variants.txt", "kSimplifiedVariant")
    .Select(pair => (pair.Code, Simplified: pair.Value.Split(' ')
        .Select(code => CodePoint(code[2..])).FirstOrDefault(code => code != pair.Code)))
    .Where(pair => pair.Simplified > 0)
    .ToDictionary(pair => pair.Code, pair => pair.Simplified);
WriteTable(simplified.Keys, code =>
{
    var form = simplified[code];
    for (var i = 0; i < 3 && simplified.TryGetValue(form, out var next) && next != code; i++) form = next;
    writer.Write7BitEncodedInt(form);
});

// Readings of Han characters, as numbers of syllables, first all low bytes and then all high bytes, which compresses better.
var readings = Unihan("Unihan_Readings.txt", "kMandarin").ToDictionary(pair => pair.Code, pair => Syllable(pair.Value.Split(' ')[0]));
var syllables = readings.Values.Distinct().Order(StringComparer.Ordinal).ToList();
writer.Write(string.Join(' ', syllables));
WriteTable(readings.Keys, code => writer.Write((byte)syllables.IndexOf(readings[code])));
foreach (var code in readings.Keys.Order()) writer.Write((byte)(syllables.IndexOf(readings[code]) >> 8));

void WriteTable(IEnumerable<int> codes, Action<int> write)
{
    var sorted = codes.Order().ToList();
    writer.Write7BitEncodedInt(sorted.Count);
    var last = 0;
    foreach (var code in sorted)
    {
        writer.Write7BitEncodedInt(code - last);
        last = code;
    }

    foreach (var code in sorted) write(code);
}

IEnumerable<int> Decomposition(int code) => direct.TryGetValue(code, out var parts) ? parts.SelectMany(Decomposition) : [code];

IEnumerable<(int Code, string Value)> Unihan(string name, string property) => File.ReadLines(Path.Combine(args[0], name))
    .Select(line => line.Split('\t')).Where(fields => fields.Length == 3 && fields[1] == property)
    .Select(fields => (CodePoint(fields[0][2..]), fields[2]));

static int CodePoint(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

static string Text(IEnumerable<int> codes) => string.Concat(codes.Select(code => new Rune(code).ToString()));

// Without tones, and with v for ü, as on keyboards.
static string Syllable(string pinyin) => string.Concat(pinyin.Normalize(NormalizationForm.FormD)
    .Replace("u\u0308", "v", StringComparison.Ordinal).Where(char.IsAsciiLetterLower));
