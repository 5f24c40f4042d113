using Google.Cloud.Functions.Hosting;
using Spotify.Google.Database;
using Spotify.Google.EntryPoints;
using Spotify.Google.Import;

namespace Spotify.Google;

/// <summary>Music that is uploaded. It runs in a container of its own, <c>ingest/Dockerfile</c>, which has ffmpeg.</summary>
[FunctionsStartup(typeof(AudioIngest))]
public sealed class AudioIngest() : UploadEntryPoint(services => services.AddSpanner().AddUploads().AddFfmpeg());
