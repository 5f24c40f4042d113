using System.Text.RegularExpressions;
using Spotify.Fixtures;

namespace Spotify.Domain.Tests;

/// <summary>The checklist in docs/oauth-security.md: each requirement has a reason or a test, which exists.</summary>
public sealed partial class OAuthSecurityDocumentTests
{
    private static readonly string[] Requirements = Repository.Read("docs/oauth-security.md").Split("\n- ")[1..];

    private static readonly ILookup<string, string> TestClasses = SourceFilesTests.Files
        .Where(file => file.EndsWith("Tests.cs", StringComparison.Ordinal))
        .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    [Fact]
    public void Each_requirement_has_a_reason_or_a_test() =>
        Assert.DoesNotContain(
            Requirements, text => !text.Contains("Reason:", StringComparison.Ordinal) && !TestName().IsMatch(text));

    [Fact]
    public void Each_test_exists()
    {
        var names = Requirements.SelectMany(row => TestName().Matches(row)).Select(match => (match.Groups[1].Value, match.Groups[2].Value));
        Assert.NotEmpty(names);
        Assert.DoesNotContain(
            names, name => !TestClasses[name.Item1].Any(text => text.Contains($" {name.Item2}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();
}
