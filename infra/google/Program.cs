using System.Globalization;
using Google.Cloud.Functions.Hosting;
using Spotify.Google.Training;
using Spotify.Hosting;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// Settings do not change during the life of an instance, and watching their files slows down every start.
Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
try
{
    if (args is [TrainingJob.Train or TrainingJob.Models, ..]) return await TrainingJob.RunAsync(args);
    return await EntryPoint.StartAsync(typeof(Program).Assembly, args);
}
catch (Exception e)
{
    return StartFailure.Report(e);
}
