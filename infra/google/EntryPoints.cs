using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Accounts;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.Catalog;
using Spotify.Functions.CdnWarming;
using Spotify.Functions.ChartRollups;
using Spotify.Functions.ChartUpdater;
using Spotify.Functions.DailyAggregates;
using Spotify.Functions.DeadLetters;
using Spotify.Functions.Events;
using Spotify.Functions.Images;
using Spotify.Functions.Library;
using Spotify.Functions.Licenses;
using Spotify.Functions.Listening;
using Spotify.Functions.NativeFlac;
using Spotify.Functions.ObjectRemovals;
using Spotify.Functions.Playback;
using Spotify.Functions.PlaybackRecorder;
using Spotify.Functions.Player;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Playlists;
using Spotify.Functions.PlaylistShards;
using Spotify.Functions.PlayMarks;
using Spotify.Functions.Popularity;
using Spotify.Functions.Recommendations;
using Spotify.Functions.RoyaltyReports;
using Spotify.Functions.Search;
using Spotify.Functions.SearchDictionary;
using Spotify.Functions.SearchTerms;
using Spotify.Functions.SearchUpdates;
using Spotify.Functions.TasteUpdater;
using Spotify.Functions.TelemetryRecorder;
using Spotify.Functions.TrainingRuns;
using Spotify.Functions.UploadEvents;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Google.EntryPoints;

namespace Spotify.Google;

// The entry points of the Functions Framework, one for each function. A deployed function names its own, such as Spotify.Google.Catalog.
public sealed class AccountRemovals() : HttpEntryPoint(AccountRemovalsFunction.Definition);

public sealed class Accounts() : HttpEntryPoint(AccountsFunction.Definition);

public sealed class AudioEncryption() : HttpEntryPoint(AudioEncryptionFunction.Definition);

public sealed class AudioIngest() : HttpEntryPoint(AudioIngestFunction.Definition);

public sealed class Catalog() : HttpEntryPoint(CatalogFunction.Definition);

public sealed class CdnWarming() : HttpEntryPoint(CdnWarmingFunction.Definition);

public sealed class ChartRollups() : HttpEntryPoint(ChartRollupsFunction.Definition);

public sealed class ChartUpdater() : MessageEntryPoint(ChartUpdaterFunction.Definition);

public sealed class DailyAggregates() : HttpEntryPoint(DailyAggregatesFunction.Definition);

public sealed class DeadLetters() : MessageEntryPoint(DeadLettersFunction.Definition);

public sealed class Events() : HttpEntryPoint(EventsFunction.Definition);

public sealed class Images() : HttpEntryPoint(ImagesFunction.Definition);

public sealed class Library() : HttpEntryPoint(LibraryFunction.Definition);

public sealed class Licenses() : HttpEntryPoint(LicensesFunction.Definition);

public sealed class Listening() : HttpEntryPoint(ListeningFunction.Definition);

public sealed class NativeFlac() : HttpEntryPoint(NativeFlacFunction.Definition);

public sealed class ObjectRemovals() : HttpEntryPoint(ObjectRemovalsFunction.Definition);

public sealed class Playback() : HttpEntryPoint(PlaybackFunction.Definition);

public sealed class PlaybackRecorder() : MessageEntryPoint(PlaybackRecorderFunction.Definition);

public sealed class Player() : HttpEntryPoint(PlayerFunction.Definition);

public sealed class PlayerAutoplay() : HttpEntryPoint(PlayerAutoplayFunction.Definition);

public sealed class PlaylistGenerator() : HttpEntryPoint(PlaylistGeneratorFunction.Definition);

public sealed class Playlists() : HttpEntryPoint(PlaylistsFunction.Definition);

public sealed class PlaylistShards() : HttpEntryPoint(PlaylistShardsFunction.Definition);

public sealed class PlayMarks() : HttpEntryPoint(PlayMarksFunction.Definition);

public sealed class Popularity() : HttpEntryPoint(PopularityFunction.Definition);

public sealed class Recommendations() : HttpEntryPoint(RecommendationsFunction.Definition);

public sealed class RoyaltyReports() : HttpEntryPoint(RoyaltyReportsFunction.Definition);

public sealed class Search() : HttpEntryPoint(SearchFunction.Definition);

public sealed class SearchDictionary() : HttpEntryPoint(SearchDictionaryFunction.Definition);

public sealed class SearchTerms() : HttpEntryPoint(SearchTermsFunction.Definition);

public sealed class SearchUpdates() : HttpEntryPoint(SearchUpdatesFunction.Definition);

public sealed class TasteUpdater() : MessageEntryPoint(TasteUpdaterFunction.Definition);

public sealed class TelemetryRecorder() : MessageEntryPoint(TelemetryRecorderFunction.Definition);

public sealed class TrainingRuns() : HttpEntryPoint(TrainingRunsFunction.Definition);

public sealed class UploadEvents() : MessageEntryPoint(UploadEventsFunction.Definition);

public sealed class WeeklyPlaylists() : HttpEntryPoint(WeeklyPlaylistsFunction.Definition);
