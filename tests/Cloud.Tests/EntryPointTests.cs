using System.Collections.Immutable;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Google.EntryPoints;

namespace Spotify.Cloud.Tests;

/// <summary>The classes of <c>infra/google</c> that functions are, with the environment that the program gives them.</summary>
public sealed class EntryPointTests
{
    // The sections that a variable's name is known by where it is one of a list.
    private static readonly string[] Sections = ["ServiceCallers__Audiences", "ServiceCallers__Emails", "SigningKeys"];

    // Without the first a CDN is thought to be at the address that a request came to, which behind a load balancer is another; without the second
    // logs do not lead to traces. Where there is the third, a service has two addresses.
    private static readonly string[] Optional = ["Cdn__Cdns__0__BaseUrl", "GOOGLE_CLOUD_PROJECT", "ServiceCallers__Audiences__1"];

    private static readonly Dictionary<string, Type> Classes = typeof(FunctionEntryPoint).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(FunctionEntryPoint)) && !type.IsAbstract).ToDictionary(type => type.Name);

    /// <summary>Every class there is.</summary>
    public static TheoryData<string> All => [.. Classes.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_class_has_a_row_and_every_row_a_class() =>
        Assert.Equal(Classes.Keys.Order(StringComparer.Ordinal), FunctionTable.All.Append(FunctionTable.AudioIngest).Select(row => row.EntryPoint).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_starts_with_its_environment(string name) => Start(name, await EnvironmentAsync(name));

    [Theory]
    [MemberData(nameof(All))]
    public async Task It_does_not_start_without_any_one_of_its_variables_and_says_which(string name)
    {
        var environment = await EnvironmentAsync(name);

        Assert.All(environment.Keys.Except(Optional), missing =>
        {
            var refused = Assert.ThrowsAny<Exception>(() => Start(name, environment.Remove(missing).RemoveRange(Optional)));
            Assert.True(refused is OptionsValidationException or AggregateException, refused.ToString());
            Assert.Contains((Sections.FirstOrDefault(section => missing.StartsWith(section, StringComparison.Ordinal)) ?? missing).Split("__")[^1], refused.Message, StringComparison.OrdinalIgnoreCase);
        });
    }

    private static async Task<ImmutableDictionary<string, string>> EnvironmentAsync(string name)
    {
        var deployed = await Deployed.To("prod+ingest");
        if (name == FunctionTable.AudioIngest.EntryPoint)
            return deployed.Of("cloudrunv2/service").Single().Maps("template.containers.envs").ToImmutableDictionary(variable => (string)variable["name"], variable => (string)variable["value"]);
        var function = deployed.Of("cloudfunctionsv2/function").First(function => function.Text("buildConfig.entryPoint") == $"Spotify.Google.{name}");
        return function.Maps("serviceConfig.environmentVariables").SelectMany(variables => variables).ToImmutableDictionary(variable => variable.Key, variable => (string)variable.Value)
            .AddRange(function.Texts("serviceConfig.secretEnvironmentVariables.key").Select(key => KeyValuePair.Create(key, "nZtRohdNF9m3cKM24IcK4w==")));
    }

    // What a host does before it opens anything: all settings are checked.
    private static void Start(string name, ImmutableDictionary<string, string> environment)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.Select(variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value))).Build();
        var startup = (FunctionsStartup)Activator.CreateInstance(Classes[name])!;
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddOptions();
        startup.ConfigureServices(new WebHostBuilderContext { Configuration = configuration }, services);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
