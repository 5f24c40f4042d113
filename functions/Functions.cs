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
using Spotify.Web.Functions;
using Spotify.Web.PersonalData;

namespace Spotify.Functions;

/// <summary>The list of all functions.</summary>
public static class FunctionDefinitions
{
    /// <summary>The definition of every function.</summary>
    public static IReadOnlyList<FunctionDefinition> All { get; } =
    [
        AccountRemovalsFunction.Definition,
        AccountsFunction.Definition,
        AudioEncryptionFunction.Definition,
        AudioIngestFunction.Definition,
        CatalogFunction.Definition,
        CdnWarmingFunction.Definition,
        ChartRollupsFunction.Definition,
        ChartUpdaterFunction.Definition,
        DailyAggregatesFunction.Definition,
        DeadLettersFunction.Definition,
        EventsFunction.Definition,
        ImagesFunction.Definition,
        LibraryFunction.Definition,
        LicensesFunction.Definition,
        ListeningFunction.Definition,
        NativeFlacFunction.Definition,
        ObjectRemovalsFunction.Definition,
        PlaybackFunction.Definition,
        PlaybackRecorderFunction.Definition,
        PlayerFunction.Definition,
        PlayerAutoplayFunction.Definition,
        PlaylistGeneratorFunction.Definition,
        PlaylistsFunction.Definition,
        PlaylistShardsFunction.Definition,
        PlayMarksFunction.Definition,
        PopularityFunction.Definition,
        RecommendationsFunction.Definition,
        RoyaltyReportsFunction.Definition,
        SearchFunction.Definition,
        SearchDictionaryFunction.Definition,
        SearchTermsFunction.Definition,
        SearchUpdatesFunction.Definition,
        TasteUpdaterFunction.Definition,
        TelemetryRecorderFunction.Definition,
        TrainingRunsFunction.Definition,
        UploadEventsFunction.Definition,
        WeeklyPlaylistsFunction.Definition,
    ];

    /// <summary>The rows with users' ids of all functions, in the order in which they are erased.</summary>
    public static IReadOnlyList<PersonalRows> PersonalData { get; } = [.. All.SelectMany(function => function.PersonalData)];

    /// <summary>The documents of users of all functions.</summary>
    public static IReadOnlyList<PersonalDocuments> PersonalDocuments { get; } =
        [.. All.SelectMany(function => function.PersonalDocuments)];
}
