namespace Spotify.Functions.Player.Plans;

/// <summary>The plan that a command needs.</summary>
public enum RequiredPlan
{
    /// <summary>Any plan.</summary>
    Any,

    /// <summary>Premium, of which family and student are kinds.</summary>
    Premium,
}

/// <summary>The plans that a command needs.</summary>
/// <param name="Command">The command.</param>
/// <param name="OwnDevice">The plan if the device that sends the command carries it out.</param>
/// <param name="OtherDevice">The plan if another device carries it out, or if the sender is not a connected device.</param>
public sealed record CommandRule(PlayerCommand Command, RequiredPlan OwnDevice, RequiredPlan OtherDevice);

/// <summary>
/// The table of commands and plans: remote control needs Premium; listeners without it control the device that they use, and its queue.
/// Reading needs no plan.
/// </summary>
public static class CommandRules
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<CommandRule> All { get; } =
    [
        new(PlayerCommand.Play, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Pause, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Next, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Previous, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Seek, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Repeat, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Shuffle, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Volume, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Queue, RequiredPlan.Any, RequiredPlan.Premium),
        new(PlayerCommand.Transfer, RequiredPlan.Any, RequiredPlan.Premium),
    ];

    /// <summary>Returns whether a plan allows a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isOwnDevice">Whether the device that sends the command carries it out.</param>
    /// <param name="isPremium">Whether the listener has Premium.</param>
    public static bool Allow(PlayerCommand command, bool isOwnDevice, bool isPremium)
    {
        var rule = All.Single(one => one.Command == command);
        return isPremium || (isOwnDevice ? rule.OwnDevice : rule.OtherDevice) == RequiredPlan.Any;
    }
}
