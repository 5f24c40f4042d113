using Pulumi;
using Spotify.Cloud;
using Spotify.Cloud.Listing;

return args is ["resources", .. var rest]
    ? await ResourceListing.RunAsync(rest, Console.Out, Console.Error)
    : await Deployment.RunAsync(() => CloudProgram.DeployAsync(CloudFunction.All, Checkout.Root, FirebaseRules.Default));
