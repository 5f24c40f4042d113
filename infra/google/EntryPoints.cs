using Google.Cloud.Functions.Hosting;
using Spotify.Functions.Catalog;
using Spotify.Functions.Library;
using Spotify.Functions.Playback;
using Spotify.Functions.Search;
using Spotify.Google.EntryPoints;

namespace Spotify.Google;

/// <summary>Entities by id.</summary>
[FunctionsStartup(typeof(Catalog))]
public sealed class Catalog() : HttpEntryPoint(services => services.AddSpanner().AddCatalog(), routes => routes.MapCatalog());

/// <summary>What users keep and follow.</summary>
[FunctionsStartup(typeof(Library))]
public sealed class Library() : HttpEntryPoint(services => services.AddSpanner().AddLibrary(), routes => routes.MapLibrary());

/// <summary>Leave to play, and signed URLs.</summary>
[FunctionsStartup(typeof(Playback))]
public sealed class Playback() : HttpEntryPoint(services => services.AddSpanner().AddCdnKeys().AddPlayback(), routes => routes.MapPlayback());

/// <summary>Search.</summary>
[FunctionsStartup(typeof(Search))]
public sealed class Search() : HttpEntryPoint(services => services.AddSpanner().AddSearch(), routes => routes.MapSearch());
