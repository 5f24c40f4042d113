namespace Spotify.Fixtures;

/// <summary>A test that needs a program on PATH; it is skipped, with the reason, where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="tools">The programs' names.</param>
    public ToolFactAttribute(params string[] tools)
    {
        if (tools.FirstOrDefault(tool => Find(tool) is null) is { } missing) Skip = $"needs {missing}, which is not installed";
    }

    /// <summary>Where a program is; null if it is not on PATH.</summary>
    public static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(directory => Path.Combine(directory, tool)).FirstOrDefault(File.Exists);
}
