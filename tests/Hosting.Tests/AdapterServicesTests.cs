using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Hosting.Messages;

namespace Spotify.Hosting.Tests;

public sealed class AdapterServicesTests
{
    private interface IPort;

    [Fact]
    public async Task An_adapter_is_one_singleton_and_warmed_up_once_however_often_it_is_added()
    {
        var builder = Build(("PubSub:Project", "project-1"));
        for (var i = 0; i < 2; i++) Add(builder.Services);
        using var host = builder.Build();
        await host.StartAsync();
        var adapter = Assert.IsType<Adapter>(Assert.Single(host.Services.GetServices<IPort>()));
        Assert.Same(host.Services.GetRequiredService<Adapter>(), adapter);
        Assert.Equal((1, "project-1"), (adapter.WarmUps, adapter.Project));
    }

    [Fact]
    public async Task A_host_with_an_invalid_setting_does_not_start()
    {
        var builder = Build(("PubSub:Project", "Not A Project"));
        Add(builder.Services);
        using var host = builder.Build();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("PubSub:Project must be the id of a project, not 'Not A Project'.", Assert.Single(failure.Failures));
    }

    [Fact]
    public void Settings_outside_the_section_are_configured()
    {
        var builder = Build(("PubSub:Project", "project-1"), (PubSubOptions.EmulatorVariable, "localhost:1"));
        builder.Services.AddAdapterOptions<PubSubOptions, PubSubOptionsValidator>(
            PubSubOptions.Section, (options, configuration) => options.EmulatorHost = configuration[PubSubOptions.EmulatorVariable]);
        using var host = builder.Build();
        Assert.Equal("localhost:1", host.Services.GetRequiredService<IOptions<PubSubOptions>>().Value.EmulatorHost);
    }

    private static HostApplicationBuilder Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        return builder;
    }

    private static void Add(IServiceCollection services) => services
        .AddAdapterOptions<PubSubOptions, PubSubOptionsValidator>(PubSubOptions.Section)
        .AddAdapter<IPort, Adapter>((adapter, _) =>
        {
            adapter.WarmUps++;
            return Task.CompletedTask;
        });

    private sealed class Adapter(IOptions<PubSubOptions> options) : IPort
    {
        public int WarmUps { get; set; }

        public string? Project => options.Value.Project;
    }
}
