using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Spotify.Cloud.Accounts;
using YamlDotNet.RepresentationModel;

namespace Spotify.Cloud.Listing;

/// <summary>
/// The configuration in <c>pulumi/Pulumi.{stack}.yaml</c>. The stacks of the accounts are named after their folder: <c>Accounts/dev</c>.
/// </summary>
internal static class StackFile
{
    /// <summary>The stacks with a file.</summary>
    public static ImmutableArray<string> Stacks { get; } = [.. Directory.EnumerateFiles(Folder(), "Pulumi.*.yaml")
        .Select(file => Path.GetFileNameWithoutExtension(file)["Pulumi.".Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Returns the name of the Pulumi project of a stack.</summary>
    public static string ProjectOf(string stack) =>
        stack.StartsWith("Accounts/", StringComparison.Ordinal) ? AccountsStack.ProjectName : "spotify";

    /// <summary>Returns the values by key (<c>spotify:regions</c>). Lists are in JSON, as Pulumi passes them to the program.</summary>
    /// <exception cref="RunException">The stack has no file.</exception>
    public static ImmutableDictionary<string, string> Read(string stack)
    {
        var path = Path.Combine(Folder(), Path.GetDirectoryName(stack)!, $"Pulumi.{Path.GetFileName(stack)}.yaml");
        if (!File.Exists(path)) throw new RunException($"There is no stack {stack}. The stacks are {string.Join(", ", Stacks)}.");
        var yaml = new YamlStream();
        using (var file = File.OpenText(path)) yaml.Load(file);
        var values = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["config"];
        // A secret is a map, with its encrypted value.
        return values.Where(value => value.Value is not YamlMappingNode).ToImmutableDictionary(
            value => ((YamlScalarNode)value.Key).Value!,
            value => value.Value is YamlSequenceNode list
                ? JsonSerializer.Serialize(list.Select(entry => ((YamlScalarNode)entry).Value))
                : ((YamlScalarNode)value.Value).Value!);
    }

    /// <summary>Returns the path of the <c>pulumi</c> folder.</summary>
    public static string Folder() => Path.Combine(Checkout.Root, "pulumi");
}
