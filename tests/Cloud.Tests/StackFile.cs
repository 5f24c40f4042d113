using System.Collections.Immutable;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Spotify.Cloud.Tests;

/// <summary>The configuration in <c>pulumi/Pulumi.{stack}.yaml</c>.</summary>
internal static class StackFile
{
    /// <summary>The stacks with a file.</summary>
    public static ImmutableArray<string> Stacks { get; } = [.. Directory.EnumerateFiles(Folder(), "Pulumi.*.yaml")
        .Select(file => Path.GetFileNameWithoutExtension(file)["Pulumi.".Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Returns the values by key (<c>spotify:regions</c>). Lists are in JSON, as Pulumi passes them to the program.</summary>
    public static ImmutableDictionary<string, string> Read(string stack)
    {
        var yaml = new YamlStream();
        using (var file = File.OpenText(Path.Combine(Folder(), $"Pulumi.{stack}.yaml"))) yaml.Load(file);
        var values = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["config"];
        return values.ToImmutableDictionary(
            value => ((YamlScalarNode)value.Key).Value!,
            value => value.Value is YamlSequenceNode list
                ? JsonSerializer.Serialize(list.Select(entry => ((YamlScalarNode)entry).Value))
                : ((YamlScalarNode)value.Value).Value!);
    }

    /// <summary>Returns the path of the <c>pulumi</c> folder.</summary>
    public static string Folder() => Path.Combine(SourceArchive.FindRoot(AppContext.BaseDirectory), "pulumi");
}
