namespace Spotify.Web.Functions;

/// <summary>The caller of a function, which determines how calls are authorized.</summary>
public enum Caller
{
    /// <summary>Apps of listeners, through the load balancer. The function verifies access tokens itself.</summary>
    Listeners,

    /// <summary>Anyone, through the load balancer. Responses are public.</summary>
    Anyone,

    /// <summary>The scheduler.</summary>
    Scheduler,

    /// <summary>The task queue.</summary>
    Tasks,

    /// <summary>The subscription of <see cref="FunctionDefinition.Consumer"/>.</summary>
    Subscription,
}
