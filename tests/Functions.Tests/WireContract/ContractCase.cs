using System.Net;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The sender of a request.</summary>
public enum Sender
{
    /// <summary>A user in Sweden.</summary>
    Ada,

    /// <summary>A user in the United States.</summary>
    Bob,

    /// <summary>An app without a user.</summary>
    App,

    /// <summary>A caller without a token.</summary>
    Stranger,
}

/// <summary>A request whose response is compared with open-api.yml and with its snapshot.</summary>
/// <param name="Name">The name of the snapshot.</param>
/// <param name="Operation">The <c>operationId</c> in open-api.yml.</param>
/// <param name="Request">The method, path and query.</param>
/// <param name="Status">The expected status.</param>
/// <param name="Body">The JSON body, or the base64 of a cover.</param>
public sealed record ContractCase(
    string Name, string Operation, string Request, HttpStatusCode Status =
        HttpStatusCode.OK, string? Body = null, Sender Sender = Sender.Ada)
{
    /// <summary>All cases, in the order in which they are sent.</summary>
    public static IReadOnlyList<ContractCase> All { get; } =
    [
        .. CatalogCases.All, .. PlaylistCases.All, .. LibraryCases.All, .. ListeningCases.All, .. TasteCases.All, .. AudioFeatureCases.All,
        .. RecommendationCases.All, .. PlayerCases.All,
    ];

    /// <summary>The method.</summary>
    public string Method => Request[..Request.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The path and query.</summary>
    public string PathAndQuery => Request[(Request.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether the request selects members of the response.</summary>
    public bool IsPartial => PathAndQuery.Contains("fields=", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
