using System.Text.Json;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Publishing;

/// <summary>The file of a factor model.</summary>
internal static class FactorFile
{
    public static readonly SectionFormat Format = new("factors", 1);

    private const string Options = "options";
    private const string Vectors = "vectors";
    private const string Gram = "gram";

    public static void Write(Stream stream, FactorModel model)
    {
        if (VectorTable.IndexOfNonFinite(model.Vectors.Span) >= 0)
            throw new InvalidDataException("The factor model has a number that is infinite or NaN.");
        var writer = new SectionWriter(stream, Format);
        writer.Write<byte>(Options, JsonSerializer.SerializeToUtf8Bytes(model.Options, PublishingJson.Default.FactorOptions));
        writer.Write(Gram, model.Gram.Span);
        writer.Write(Vectors, model.Vectors.Span);
        writer.Complete();
    }

    public static FactorModel Read(SectionFile file) => new(
        file.ReadJson(Options, PublishingJson.Default.FactorOptions), file.ReadMemory<float>(Vectors), file.ReadMemory<float>(Gram));
}
