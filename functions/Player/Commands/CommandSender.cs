using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Functions.Player.Devices;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Player.Commands;

/// <summary>The sender of a command, and the device that it is for.</summary>
/// <param name="User">The listener.</param>
/// <param name="SenderId">The device that sends the command; null if the sender is not a connected device.</param>
/// <param name="DeviceId">The device that the command names; null for the active one.</param>
internal sealed record CommandSender(CurrentUser User, string? SenderId, string? DeviceId) : IEndpointParameterMetadataProvider
{
    private const string Parameter = "device_id";

    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">400: the header is invalid. 403: the token belongs to an app without a user.</exception>
    public static async ValueTask<CommandSender?> BindAsync(HttpContext context)
    {
        var user = await CurrentUser.BindAsync(context);
        // Clients send an empty parameter for the active device. Any other id is compared with those of the devices.
        var deviceId = context.Request.Query[Parameter].ToString();
        return new CommandSender(user!, DeviceIds.SenderOf(context.Request), deviceId.Length == 0 ? null : deviceId);
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new RequestParameter(Parameter, typeof(string), "The device; the active one if it is missing."));
        builder.Metadata.Add(DeviceIds.HeaderParameter);
    }
}
