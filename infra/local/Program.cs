using System.CommandLine;
using System.Globalization;
using Spotify.Local.Commands;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await CommandLine.RunAsync(args);
