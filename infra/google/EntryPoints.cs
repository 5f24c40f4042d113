using Google.Cloud.Functions.Hosting;
using Spotify.Catalog;
using Spotify.Functions.Catalog;
using Spotify.Functions.DeadLetters;
using Spotify.Functions.Ingest;
using Spotify.Functions.Library;
using Spotify.Functions.Playback;
using Spotify.Functions.CdnWarming;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search;
using Spotify.Google.Database;
using Spotify.Google.EntryPoints;
using Spotify.Google.Objects;
using Spotify.Google.Signing;

namespace Spotify.Google;

/// <summary>Entities by id.</summary>
[FunctionsStartup(typeof(Catalog))]
public sealed class Catalog() : HttpEntryPoint(services => services.AddSpanner().AddCatalog(), routes => routes.MapCatalog());

/// <summary>Covers and portraits, for the CDN that stands before it.</summary>
[FunctionsStartup(typeof(Images))]
public sealed class Images() : PublicEntryPoint(services => services.AddBuckets("images").AddImages(), routes => routes.MapImages());

/// <summary>What users keep and follow.</summary>
[FunctionsStartup(typeof(Library))]
public sealed class Library() : HttpEntryPoint(services => services.AddSpanner().AddCatalog().AddPlaylists().AddLibrary(), routes => routes.MapLibrary());

/// <summary>Leave to play, and signed URLs.</summary>
[FunctionsStartup(typeof(Playback))]
public sealed class Playback() : HttpEntryPoint(services => services.AddSpanner().AddCdnKeys().AddPlayback(), routes => routes.MapPlayback());

/// <summary>Search.</summary>
[FunctionsStartup(typeof(Search))]
public sealed class Search() : HttpEntryPoint(services => services.AddSpanner().AddCatalog().AddPlaylists().AddSearch(), routes => routes.MapSearch());

/// <summary>Playlists.</summary>
[FunctionsStartup(typeof(Playlists))]
public sealed class Playlists() : HttpEntryPoint(services => services.AddSpanner().AddBuckets("images").AddCatalog().AddPlaylists(), routes => routes.MapPlaylists());

/// <summary>The filling of the CDN before a release; a scheduler calls it.</summary>
[FunctionsStartup(typeof(CdnWarming))]
public sealed class CdnWarming() : TaskEntryPoint(services => services.AddSpanner().AddCdnKeys().AddCdnWarming(), routes => routes.MapCdnWarming());

/// <summary>The end of objects that nothing names any more; a scheduler calls it.</summary>
[FunctionsStartup(typeof(ObjectRemovals))]
public sealed class ObjectRemovals() : TaskEntryPoint(services => services.AddSpanner().AddBuckets("tracks").AddObjectRemovals(), routes => routes.MapObjectRemovals());

/// <summary>The archive of what nobody could handle.</summary>
[FunctionsStartup(typeof(DeadLetters))]
public sealed class DeadLetters() : MessageEntryPoint<DeadLetterArchive>(DeadLetterArchive.Subscription, services => services.AddBuckets("deadletters").AddDeadLetters());
