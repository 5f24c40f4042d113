using System.Text.Json;
using Spotify.Recommendations.Items;

namespace Spotify.Recommendations.Publishing;

/// <summary>The file of an item model.</summary>
internal static class ItemFile
{
    public static readonly SectionFormat Format = new("items", 1);

    private const string Options = "options";
    private const string Starts = "starts";
    private const string Neighbours = "neighbours";
    private const string Influences = "influences";

    public static void Write(Stream stream, ItemModel model)
    {
        var writer = new SectionWriter(stream, Format);
        writer.Write<byte>(Options, JsonSerializer.SerializeToUtf8Bytes(model.Options, PublishingJson.Default.ItemModelOptions));
        writer.Write(Starts, model.Starts);
        writer.Write(Neighbours, model.AllNeighbours);
        writer.Write(Influences, model.AllInfluences);
        writer.Complete();
    }

    public static ItemModel Read(SectionFile file)
    {
        var options = file.ReadJson(Options, PublishingJson.Default.ItemModelOptions);
        return new ItemModel(
            options, file.ReadMemory<int>(Starts), file.ReadMemory<int>(Neighbours), file.ReadMemory<float>(Influences));
    }
}
