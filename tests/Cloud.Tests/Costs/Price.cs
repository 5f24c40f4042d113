namespace Spotify.Cloud.Tests.Costs;

/// <summary>A list price of Google Cloud, in US dollars.</summary>
/// <param name="Item">What is billed, with its unit.</param>
/// <param name="Dollars">The price of a unit.</param>
/// <param name="Source">The price list.</param>
/// <param name="Evidence">How the price is known.</param>
internal sealed record Price(string Item, decimal Dollars, string Source, Evidence Evidence)
{
    public static readonly Price RegionalNode = new("Spanner, Enterprise, us-central1: node and hour", 1.23m, "spanner", Evidence.Quoted);
    public static readonly Price MultiRegionNode = new(
        "Spanner, Enterprise Plus, nam-eur-asia1: node and hour", 9.00m, "spanner", Evidence.Unconfirmed);
    public static readonly Price ForwardingRules = new(
        "load balancer: up to five forwarding rules, per hour", 0.025m, "load-balancing", Evidence.Listed);
    public static readonly Price ArmorPolicy = new("Cloud Armor: policy and month", 5, "armor", Evidence.Quoted);
    public static readonly Price ArmorRule = new("Cloud Armor: rule and month", 1, "armor", Evidence.Quoted);
    public static readonly Price KeyVersion = new("KMS: key version and month", 0.06m, "kms", Evidence.Quoted);
    public static readonly Price SecretVersion = new(
        "Secret Manager: version and month, beyond 6", 0.06m, "secret-manager", Evidence.Unconfirmed);
    public static readonly Price IdleCore = new(
        "Cloud Run: core of an idle warm instance, per second", 0.0000025m, "run", Evidence.Unconfirmed);
    public static readonly Price IdleMemory = new(
        "Cloud Run: GiB of memory of an idle warm instance, per second", 0.0000025m, "run", Evidence.Unconfirmed);
    public static readonly Price ActiveCore = new(
        "Cloud Run: core of an instance with requests, per second", 0.000024m, "run", Evidence.Quoted);
    public static readonly Price ActiveMemory = new(
        "Cloud Run: GiB of memory of an instance with requests, per second", 0.0000025m, "run", Evidence.Quoted);
    public static readonly Price Tasks = new(
        "Cloud Tasks: million operations beyond the first of a month", 0.40m, "tasks", Evidence.Quoted);
    public static readonly Price Inserts = new(
        "BigQuery: GiB of streamed rows, at least 1 KB each", 0.05m, "bigquery", Evidence.Quoted);
    public static readonly Price Storage = new(
        "Cloud Storage, us-central1: GiB and month, standard class", 0.02m, "storage", Evidence.Quoted);
    public static readonly Price ObjectWrites = new(
        "Cloud Storage, us-central1: 1,000 objects written", 0.005m, "storage", Evidence.Quoted);
    public static readonly Price ObjectReads = new(
        "Cloud Storage, us-central1: 1,000 objects read or looked up", 0.0004m, "storage", Evidence.Quoted);
    public static readonly Price DocumentReads = new(
        "Firestore, US: 100,000 documents read, beyond 50,000 a day", 0.03m, "firestore", Evidence.Quoted);
    public static readonly Price DocumentWrites = new(
        "Firestore, US: 100,000 documents written, beyond 20,000 a day", 0.09m, "firestore", Evidence.Quoted);
    public static readonly Price Job = new("Cloud Scheduler: job and month, beyond 3", 0.10m, "scheduler", Evidence.Unconfirmed);
    public static readonly Price UptimeChecks = new(
        "uptime checks: 1,000 executions, beyond 1 million a month", 0.30m, "stackdriver", Evidence.Quoted);
    public static readonly Price Egress = new(
        "Cloud CDN: GiB sent to North America or Europe, up to 10 TiB a month", 0.08m, "cdn", Evidence.Listed);
    public static readonly Price EgressAtScale = new("the same, from 150 to 500 TiB", 0.03m, "cdn", Evidence.Listed);
    public static readonly Price CacheFill = new(
        "Cloud CDN: GiB fetched from a bucket on the same continent", 0.01m, "cdn", Evidence.Listed);
    public static readonly Price Lookups = new("Cloud CDN: 10,000 requests", 0.0075m, "cdn", Evidence.Listed);

    /// <summary>Every price.</summary>
    public static IReadOnlyList<Price> All { get; } =
    [
        RegionalNode, MultiRegionNode, ForwardingRules, ArmorPolicy, ArmorRule, KeyVersion, SecretVersion, IdleCore, IdleMemory,
        ActiveCore, ActiveMemory, Tasks, Inserts, Storage, ObjectWrites, ObjectReads, DocumentReads, DocumentWrites, Job,
        UptimeChecks, Egress, EgressAtScale, CacheFill, Lookups,
    ];
}

/// <summary>How a price is known.</summary>
internal enum Evidence
{
    /// <summary>From Google's price list.</summary>
    Listed,

    /// <summary>Quoted by third parties.</summary>
    Quoted,

    /// <summary>Not confirmed.</summary>
    Unconfirmed,
}
