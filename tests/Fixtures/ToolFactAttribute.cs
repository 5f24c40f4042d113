namespace Spotify.Fixtures;

/// <summary>A test that needs programs on PATH; it is skipped, with the reason, where one is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <param name="tools">The programs' names.</param>
    public ToolFactAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>Like <see cref="ToolFactAttribute"/>, with rows of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolTheoryAttribute : TheoryAttribute
{
    /// <param name="tools">The programs' names.</param>
    public ToolTheoryAttribute(params string[] tools) => Skip = Tools.Missing(tools);
}

/// <summary>Programs that tests use where they are installed.</summary>
public static class Tools
{
    /// <summary>Where a program is; null if it is not on PATH.</summary>
    public static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(directory => new[] { Path.Combine(directory, tool), Path.Combine(directory, tool + ".exe") }).FirstOrDefault(File.Exists);

    internal static string? Missing(string[] tools) => tools.FirstOrDefault(tool => Find(tool) is null) is { } missing ? $"needs {missing}, which is not installed" : null;
}
