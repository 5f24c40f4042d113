using Google.Cloud.Functions.Hosting;
using Spotify.Functions.Catalog;
using Spotify.Google.EntryPoints;

namespace Spotify.Google;

/// <summary>Entities by id.</summary>
[FunctionsStartup(typeof(Catalog))]
public sealed class Catalog() : HttpEntryPoint(services => services.AddCatalog(), routes => routes.MapCatalog());
