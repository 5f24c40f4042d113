using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Functions.DeadLetters;

/// <summary>The function <c>dead-letters</c>.</summary>
public static class DeadLettersFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("dead-letters", Caller.Subscription)
    {
        AddServices = services => services.AddDeadLetters(),
        Consumer = MessageConsumer.OfBytes<DeadLetterArchive>(new Subscription("dead-letter-archive", Topic.DeadLetters)),
        Uses = new Resources { Objects = { ["deadletters"] = Access.Write } },
        Timeout = TimeSpan.FromMinutes(1),
    };
}
