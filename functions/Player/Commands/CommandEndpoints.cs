using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Player.Devices;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.Commands;

/// <summary>The endpoints for commands.</summary>
internal static class CommandEndpoints
{
    private const string StateParameter = "state";

    // 500 URIs have less than 32 KB.
    private const int MaxBodyBytes = 64 << 10;

    /// <summary>Registers the services of the endpoints. Requires <c>AddContexts</c>.</summary>
    public static IServiceCollection AddCommands(this IServiceCollection services)
    {
        services.AddWireJson(CommandJson.Default);
        services.TryAddSingleton(Random.Shared);
        services.TryAddSingleton<PlayerFollowUps>();
        services.TryAddSingleton<CommandRunner>();
        services.TryAddSingleton<UpcomingItems>();
        services.TryAddSingleton<PlayableItems>();
        services.TryAddSingleton<PlaybackCommands>();
        services.TryAddSingleton<PlayCommands>();
        services.TryAddSingleton<ModeCommands>();
        services.TryAddSingleton<QueueCommands>();
        return services;
    }

    /// <summary>Maps the endpoints in the group <c>/v1/me/player</c>.</summary>
    public static void MapCommands(this IEndpointRouteBuilder player)
    {
        var commands = player.MapGroup("").WithRateLimit(RateLimitCategory.Player).RequireScopes(Scopes.UserModifyPlaybackState);
        commands.MapPut("/", Transfer).WithName("transfer-a-users-playback").WithSummary("Transfer Playback")
            .WithMetadata(DeviceIds.HeaderParameter).WithBodyLimit(MaxBodyBytes).WithBody<TransferBody>();
        commands.MapPut("/play", Play).WithName("start-a-users-playback").WithSummary("Start/Resume Playback")
            .WithBodyLimit(MaxBodyBytes).WithBody<PlayBody>();
        // Some clients send a POST.
        commands.MapPost("/play", Play).WithName("start-a-users-playback-by-post").WithSummary("Start/Resume Playback by POST")
            .WithBodyLimit(MaxBodyBytes).WithBody<PlayBody>();
        commands.MapPut("/pause", Pause).WithName("pause-a-users-playback").WithSummary("Pause Playback");
        commands.MapPost("/next", Next).WithName("skip-users-playback-to-next-track").WithSummary("Skip To Next");
        commands.MapPost("/previous", Previous).WithName("skip-users-playback-to-previous-track").WithSummary("Skip To Previous");
        commands.MapPut("/seek", Seek).WithName("seek-to-position-in-currently-playing-track").WithSummary("Seek To Position")
            .WithMetadata(new RequestParameter("position_ms", typeof(int), "The position in milliseconds. Required."));
        commands.MapPut("/repeat", Repeat).WithName("set-repeat-mode-on-users-playback").WithSummary("Set Repeat Mode")
            .WithMetadata(new RequestParameter(StateParameter, typeof(string), "track, context or off. Required."));
        commands.MapPut("/volume", Volume).WithName("set-volume-for-users-playback").WithSummary("Set Playback Volume")
            .WithMetadata(new RequestParameter("volume_percent", typeof(int), "0 to 100. Required."));
        commands.MapPut("/shuffle", Shuffle).WithName("toggle-shuffle-for-users-playback").WithSummary("Toggle Playback Shuffle")
            .WithMetadata(new RequestParameter(StateParameter, typeof(bool), "true or false. Required."));
        commands.MapPost("/queue", AddToQueue).WithName("add-to-queue").WithSummary("Add Item to Playback Queue")
            .WithMetadata(new RequestParameter("uri", typeof(string), "The URI of a track, episode or chapter. Required."));
        commands.MapPut("/queue", ReplaceQueue).WithName("replace-queue").WithSummary("Replace the User's Queue")
            .WithBodyLimit(MaxBodyBytes).WithBody<QueueBody>();
    }

    private static async Task<NoContent> Transfer(
        CurrentUser user, HttpContext context, RequestBody body, PlayCommands commands, CancellationToken ct)
    {
        var request = body.Json(CommandJson.Default.TransferBody) ?? new TransferBody();
        if (request.DeviceIds is not [{ } deviceId])
            throw ApiException.BadRequest("Invalid device_ids: the id of one device is wanted");
        var sender = new CommandSender(user, DeviceIds.SenderOf(context.Request), deviceId);
        await commands.TransferAsync(sender, request.Play ?? false, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Play(CommandSender sender, RequestBody body, PlayCommands commands, CancellationToken ct)
    {
        var request = PlayRequest.Of(body.Json(CommandJson.Default.PlayBody) ?? new PlayBody(), sender.User.Id);
        await commands.PlayAsync(sender, request, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Pause(CommandSender sender, PlaybackCommands commands, CancellationToken ct)
    {
        await commands.PauseAsync(sender, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Next(CommandSender sender, PlaybackCommands commands, CancellationToken ct)
    {
        await commands.NextAsync(sender, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Previous(CommandSender sender, PlaybackCommands commands, CancellationToken ct)
    {
        await commands.PreviousAsync(sender, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Seek(
        CommandSender sender, HttpContext context, PlaybackCommands commands, CancellationToken ct)
    {
        await commands.SeekAsync(sender, CommandParameters.PositionMs(context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Repeat(CommandSender sender, HttpContext context, ModeCommands commands, CancellationToken ct)
    {
        await commands.RepeatAsync(sender, CommandParameters.Repeat(context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Volume(CommandSender sender, HttpContext context, ModeCommands commands, CancellationToken ct)
    {
        await commands.VolumeAsync(sender, CommandParameters.Volume(context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Shuffle(CommandSender sender, HttpContext context, ModeCommands commands, CancellationToken ct)
    {
        await commands.ShuffleAsync(sender, CommandParameters.Shuffle(context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> AddToQueue(
        CommandSender sender, HttpContext context, QueueCommands commands, CancellationToken ct)
    {
        await commands.AddAsync(sender, CommandParameters.Uri(context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReplaceQueue(
        CommandSender sender, RequestBody body, QueueCommands commands, CancellationToken ct)
    {
        var uris = body.Json(CommandJson.Default.QueueBody)?.Uris ?? throw ApiException.BadRequest("Missing required field: uris");
        await commands.ReplaceAsync(sender, PlayRequest.Items(uris, PlayerLimits.MaxQueue), ct);
        return TypedResults.NoContent();
    }
}
