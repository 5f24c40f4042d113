using Google.Apis.Auth.OAuth2;
using Google.Cloud.Tasks.V2;
using Grpc.Auth;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Task = System.Threading.Tasks.Task;

namespace Spotify.Google.Tasks;

/// <summary>Registers <see cref="CloudTaskQueue"/>.</summary>
public static class TaskServices
{
    /// <summary>Adds <see cref="ITaskQueue"/> with the settings of the section <c>Tasks</c>: they are checked, and the first access token fetched, at start.</summary>
    public static OptionsBuilder<TaskOptions> AddCloudTasks(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<TaskOptions>, TaskOptionsValidator>();
        services.TryAddSingleton(provider => new Connection(provider.GetRequiredService<IOptions<TaskOptions>>().Value));
        services.TryAddSingleton(provider => provider.GetRequiredService<Connection>().Client);
        services.TryAddSingleton<ITaskQueue, CloudTaskQueue>();
        services.AddOpening((provider, ct) => provider.GetRequiredService<Connection>().OpenAsync(ct));
        return services.AddOptions<TaskOptions>().Configure<IConfiguration>((options, configuration) => configuration.GetSection("Tasks").Bind(options)).ValidateOnStart();
    }

    private sealed class Connection
    {
        private readonly GoogleCredential? credential;

        public Connection(TaskOptions options)
        {
            credential = options.Endpoint is null ? GoogleCredential.GetApplicationDefault().CreateScoped(CloudTasksClient.DefaultScopes) : null;
            Client = new CloudTasksClientBuilder
            {
                Settings = CloudTaskQueue.Settings(options),
                Endpoint = options.Endpoint,
                ChannelCredentials = credential?.ToChannelCredentials() ?? ChannelCredentials.Insecure,
            }.Build();
        }

        public CloudTasksClient Client { get; }

        public Task OpenAsync(CancellationToken ct) => credential is ITokenAccess access ? access.GetAccessTokenForRequestAsync(cancellationToken: ct) : Task.CompletedTask;
    }
}
