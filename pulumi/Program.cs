using Pulumi;
using Spotify.Cloud;

return await Deployment.RunAsync(() => CloudHome.DeployAsync(CloudFunction.All));
