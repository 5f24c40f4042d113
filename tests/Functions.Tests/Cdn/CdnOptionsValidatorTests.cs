using Spotify.Domain.Signing;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Tests.Cdn;

public class CdnOptionsValidatorTests
{
    private static readonly CdnOptionsValidator Validator = new(
        new SigningKeys(new SigningKeyRing("k1", new SigningKey("k1", new byte[16]), new SigningKey("k2", new byte[16]))));
    private static readonly CdnDefinition Good = new()
    {
        Name = "a",
        BaseUrl = "https://a.example",
        KeyName = "k1",
        LatencyMs = 20,
        CostPerGb = 0.05,
    };
    private static readonly CdnDefinition Partner = new() { Name = "p", BaseUrl = "https://p.example", Format = "partner", KeyName = "k1" };

    public static TheoryData<CdnOptions, string> Wrong => new()
    {
        { new() { HalfLife = TimeSpan.Zero }, "HalfLife" },
        { new() { MinReporters = 1 }, "MinReporters" },
        { new() { UnhealthyShare = 1.1 }, "UnhealthyShare" },
        { new() { HealthyShare = 0 }, "HealthyShare" },
        { new() { HealthyShare = 0.2 }, "flap" },
        { new() { ReportGrace = TimeSpan.FromSeconds(-1) }, "ReportGrace" },
        { new() { MaxClients = 10 }, "MaxClients" },
        { With(Good with { Name = "" }), "no name" },
        { With(Good with { BaseUrl = "a.example" }), "'a.example'" },
        { With(Good with { BaseUrl = "https://a.example/audio" }), "/audio" },
        { With(Good with { Format = "akamai" }), "'akamai' is not one of cloud-cdn, partner" },
        { With(Good with { KeyName = "k3" }), "'k3'" },
        { With(Good with { LatencyMs = 0 }), "latency" },
        { With(Good with { LatencyMsByMarket = new() { ["DE"] = double.NaN } }), "latency" },
        { With(Good with { CostPerGb = -1 }), "CostPerGb" },
        { With(Good, Good with { BaseUrl = "https://b.example" }), "named 'a'" },
        { With(Good, Good with { Name = "b", BaseUrl = "https://A.example/" }), "same BaseUrl" },
        { With(Good with { BaseUrl = null }, Good with { Name = "b", BaseUrl = null }), "the request's own address" },
        { With(Partner, Partner with { Name = "q", BaseUrl = "https://q.example" }), "share the key 'k1'" },
        { With(Partner, Partner with { Name = "q", BaseUrl = "https://q.example", KeyName = null }), "of its own" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Reports_an_invalid_option(CdnOptions options, string expected)
    {
        var result = Validator.Validate(null, options);
        Assert.True(result.Failed);
        Assert.Contains(expected, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_all_errors_at_once() =>
        Assert.Equal(3, Validator.Validate(null, With(Good with { CostPerGb = -1, LatencyMs = 0, KeyName = "k3" })).Failures!.Count());

    [Fact]
    public void Accepts_the_defaults() => Assert.True(Validator.Validate(null, new CdnOptions()).Succeeded);

    [Fact]
    public void Accepts_several_CDNs_of_both_formats() =>
        Assert.True(
            Validator.Validate(
                null,
                With(
                    Good,
                    Good with { Name = "b", BaseUrl = null, KeyName = null },
                    Partner,
                    Partner with { Name = "q", BaseUrl = "https://q.example", KeyName = "k2" })).Succeeded);

    private static CdnOptions With(params CdnDefinition[] cdns) => new() { Cdns = cdns };
}
