namespace Spotify.Domain.Tests;

/// <summary>Rules for the text of all source files.</summary>
public sealed class SourceFilesTests
{
    private const int MaxLineLength = 140;

    private static readonly string[] Extensions =
        [".cs", ".csproj", ".props", ".slnf", ".js", ".mjs", ".css", ".html", ".sql", ".rules", ".yaml", ".md", ".sh"];

    private static readonly string[] SkippedFolders = ["bin", "obj", "data", "node_modules", ".git"];

    /// <summary>The source files of the repository, by path.</summary>
    public static IEnumerable<string> Files => FilesOf(new DirectoryInfo(Root()));

    [Fact]
    public void Lines_have_at_most_140_characters() => Assert.Empty(Files.SelectMany(LongLines));

    [Fact]
    public void Catalog_has_one_spelling() => Assert.DoesNotContain(
        Files, file => File.ReadAllText(file).Contains("catalo" + "gue", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> LongLines(string file) => File.ReadLines(file)
        .Select((line, i) => (line.Length, Place: $"{file}:{i + 1}"))
        .Where(line => line.Length > MaxLineLength)
        .Select(line => line.Place);

    private static IEnumerable<string> FilesOf(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(file => Extensions.Contains(file.Extension)).Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(child => !SkippedFolders.Contains(child.Name)).SelectMany(FilesOf));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Spotify.Serverless.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
