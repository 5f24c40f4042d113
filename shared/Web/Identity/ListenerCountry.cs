using Microsoft.Extensions.Options;
using Spotify.Domain.Catalog;

namespace Spotify.Web.Identity;

/// <summary>Settings for the country of listeners.</summary>
public sealed class ListenerCountryOptions
{
    /// <summary>The ISO 3166-1 alpha-2 code of the country of listeners for whom nothing better is known. Required.</summary>
    public string? DefaultCountry { get; set; }

    /// <summary>
    /// The header in which the load balancer sends the country of the client's address; null if no load balancer adds one. Requests must
    /// not be able to bypass the load balancer, because clients could then choose their country.
    /// </summary>
    public string? ClientRegionHeader { get; set; }
}

/// <summary>
/// The country of listeners whose tokens do not contain one. Used until the listener has a row, and stored in the row when it is inserted.
/// </summary>
public sealed class ListenerCountry(IOptions<ListenerCountryOptions> options)
{
    /// <summary>The country if nothing better is known.</summary>
    public string Default { get; } = options.Value.DefaultCountry!;

    /// <summary>Returns the country from which a request comes, or the default.</summary>
    public string Of(HttpRequest request) => RegionOf(request) ?? Default;

    /// <summary>
    /// Returns the country from which a request comes; null if there is no load balancer, or if it does not know the country.
    /// </summary>
    public string? RegionOf(HttpRequest request)
    {
        if (options.Value.ClientRegionHeader is not { } header) return null;
        // The load balancer's value is the last one, even if a client sends the header as well.
        var value = request.Headers[header] is [.., { } last] ? last[(last.LastIndexOf(',') + 1)..].Trim() : "";
        return Markets.IsKnown(value) ? value : null;
    }
}

/// <summary>The validator of <see cref="ListenerCountryOptions"/>, called at startup.</summary>
internal sealed class ListenerCountryValidator : IValidateOptions<ListenerCountryOptions>
{
    public ValidateOptionsResult Validate(string? name, ListenerCountryOptions options) => options.DefaultCountry switch
    {
        null => ValidateOptionsResult.Fail(
            $"{nameof(options.DefaultCountry)} is missing: set this environment variable to the country of most listeners, such as SE."),
        var country when !Markets.IsKnown(country) => ValidateOptionsResult.Fail(
            $"{nameof(options.DefaultCountry)}: '{country}' is not the ISO 3166-1 alpha-2 code of a market."),
        _ => ValidateOptionsResult.Success,
    };
}
