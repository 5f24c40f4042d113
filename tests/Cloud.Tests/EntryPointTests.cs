using System.Collections.Immutable;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Google.EntryPoints;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Cloud.Tests;

/// <summary>The entry points of <c>infra/google</c>, started with the environment variables that Pulumi declares for them.</summary>
public sealed class EntryPointTests
{
    // The elements of lists, which error messages refer to by the name of the list.
    private static readonly string[] Lists =
        ["ServiceCallers__Emails", "SigningKeys", "Tasks__Urls", "TokenKeys", "LicenseKeys", "MasterKeys"];

    // Without the first, the CDN's address is assumed to be that of the request, which differs behind a load balancer. Without the second,
    // log entries are not linked to traces. The third selects the entry point. Without the last, nobody can sign up. Without those of
    // shards, the queues have the names of their shards.
    private static readonly string[] Optional =
    [
        "Cdn__Cdns__0__BaseUrl", "GOOGLE_CLOUD_PROJECT", "FUNCTION_TARGET", "SignIn__OpenRegistration",
    ];

    private const string Shards = "Tasks__Shards__";

    private static readonly Dictionary<string, FunctionEntryPoint> EntryPoints = typeof(FunctionEntryPoint).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(FunctionEntryPoint)) && !type.IsAbstract)
        .ToDictionary(type => type.Name, type => (FunctionEntryPoint)Activator.CreateInstance(type)!);

    public static TheoryData<string> Names => [.. EntryPoints.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_definition_has_an_entry_point_and_every_entry_point_a_definition() => Assert.Equal(
        EntryPoints.Keys.Order(StringComparer.Ordinal),
        CloudFunction.All.Select(function => function.Definition.EntryPoint).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_entry_point_starts_with_its_environment(string name) => Start(name, await EnvironmentAsync(name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_entry_point_does_not_start_without_any_of_its_variables_and_names_the_missing_one(string name)
    {
        var environment = (await EnvironmentAsync(name)).RemoveRange(Optional);
        environment = environment.RemoveRange(environment.Keys.Where(key => key.StartsWith(Shards, StringComparison.Ordinal)));

        Assert.All(environment.Keys, missing =>
        {
            var error = Assert.ThrowsAny<Exception>(() => Start(name, environment.Remove(missing)));
            Assert.True(error is OptionsValidationException or AggregateException, error.ToString());
            var setting = Lists.FirstOrDefault(list => missing.StartsWith(list, StringComparison.Ordinal)) ?? missing;
            Assert.Contains(setting.Split("__")[^1], error.Message, StringComparison.OrdinalIgnoreCase);
        });
    }

    private static async Task<ImmutableDictionary<string, string>> EnvironmentAsync(string name)
    {
        var function = (await Deployed.To("prod")).Of("cloudrunv2/service")
            .First(function => function.Environment()["FUNCTION_TARGET"] == $"Spotify.Google.{name}");
        var secrets = function.Maps("template.containers.envs").Where(variable => variable.ContainsKey("valueSource"));
        return function.Environment().AddRange(secrets.Select(
            variable => KeyValuePair.Create(
                (string)variable["name"],
                ((string)variable["name"]).EndsWith("Pem", StringComparison.Ordinal) ? TokenKey.New() : "nZtRohdNF9m3cKM24IcK4w==")));
    }

    // Validates all settings, as the host does before it opens connections.
    private static void Start(string name, ImmutableDictionary<string, string> environment)
    {
        var settings = environment.Select(
            variable => KeyValuePair.Create(variable.Key.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddOptions();
        new FunctionStartup(EntryPoints[name].Definition).ConfigureServices(
            new WebHostBuilderContext { Configuration = configuration }, services);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
