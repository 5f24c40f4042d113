using System.Globalization;
using Google.Cloud.Functions.Hosting;
using Spotify.Google;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// Settings do not change while an instance lives, and watching files for it costs every start.
Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
try
{
    return await EntryPoint.StartAsync(typeof(Program).Assembly, args);
}
catch (Exception e)
{
    return StartFailure.Report(e);
}
