using System.Net;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>Who sends a request.</summary>
public enum Sender
{
    /// <summary>A listener in Sweden.</summary>
    Ada,

    /// <summary>A listener in the United States.</summary>
    Bob,

    /// <summary>An app without a user.</summary>
    App,

    /// <summary>Somebody without a token.</summary>
    Stranger,
}

/// <summary>A request whose response is held against the description and against its snapshot.</summary>
/// <param name="Name">The snapshot's name.</param>
/// <param name="Operation">The <c>operationId</c> in the description.</param>
/// <param name="Request">Method, path and query.</param>
/// <param name="Status">The status it is answered with.</param>
/// <param name="Body">The JSON it carries, or the cover.</param>
public sealed record ContractCase(string Name, string Operation, string Request, HttpStatusCode Status = HttpStatusCode.OK, string? Body = null, Sender Sender = Sender.Ada)
{
    /// <summary>All cases, in the order they are sent to one host.</summary>
    public static IReadOnlyList<ContractCase> All { get; } = [.. CatalogCases.All, .. PlaylistCases.All, .. LibraryCases.All];

    /// <summary>The method.</summary>
    public string Method => Request[..Request.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The path and query.</summary>
    public string PathAndQuery => Request[(Request.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether it asks for some members of the answer alone.</summary>
    public bool IsPartial => PathAndQuery.Contains("fields=", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
