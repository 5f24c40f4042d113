using System.Globalization;
using Pulumi;
using Pulumi.Gcp.BigQuery.Inputs;
using Pulumi.Gcp.CloudRunV2.Inputs;
using Spotify.Functions.TrainingRuns;
using Spotify.ModelTraining;
using Spotify.Recommendations.Training;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The Cloud Run job that trains models, the right to run it, and the reservation of BigQuery ML.</summary>
internal sealed class Training : Layer
{
    /// <summary>The largest memory of a job, in GiB.</summary>
    public const int MaxMemory = 32;

    private const long MaxQueryBytes = 16L << 40;

    // A day before Monday begins anywhere, less an hour, has room for two attempts.
    private static readonly TimeSpan Timeout = TimeSpan.FromHours(11);

    private static readonly CloudFunction Definition = new(TrainingRunsFunction.Job);

    /// <summary>Declares the resources.</summary>
    public Training(FunctionContext context) : base("training", context.Services)
    {
        var settings = context.Settings;
        // BigQuery ML writes a model and a table.
        var definition = settings.BigQueryMlSlots == 0 ? Definition : new CloudFunction(
            TrainingRunsFunction.Job with { Uses = Definition.Uses with { Warehouse = Access.Write } });
        var account = new Gcp.ServiceAccount.Account(
            Name, new() { Project = settings.Project, AccountId = Name, DisplayName = "The training of models" }, Own);
        var grants = new Grants(definition, account.Name, account.Member, context, Own).Declare();
        Job = new Gcp.CloudRunV2.Job(
            Name,
            new()
            {
                Name = Name,
                Location = settings.Home,
                DeletionProtection = false,
                Template = new JobTemplateArgs
                {
                    TaskCount = 1,
                    Template = new JobTemplateTemplateArgs
                    {
                        ServiceAccount = account.Email,
                        // The function training-runs starts another attempt instead.
                        MaxRetries = 0,
                        Timeout = FormattableString.Invariant($"{Timeout.TotalSeconds}s"),
                        Containers = { Container(account.Email, context) },
                    },
                },
            },
            After(grants));
        if (settings.BigQueryMlSlots > 0) DeclareReservation(settings);
        RegisterOutputs();
    }

    /// <summary>The name of the job.</summary>
    public static string Name => Definition.Name;

    /// <summary>The job.</summary>
    public Gcp.CloudRunV2.Job Job { get; }

    /// <summary>Returns the full name of the job.</summary>
    public static string NameOf(StackSettings settings) => $"projects/{settings.Project}/locations/{settings.Home}/jobs/{Name}";

    /// <summary>Returns the memory of the job, in GiB.</summary>
    public static int MemoryOf(StackSettings settings) =>
        Sizes.GibibytesFor(TrainingMemory.Estimate(settings.ModelTracks, settings.TrainingInteractions, new TrainingOptions()));

    private static JobTemplateTemplateContainerArgs Container(Input<string> account, FunctionContext context)
    {
        var (settings, memory) = (context.Settings, MemoryOf(context.Settings));
        var container = new JobTemplateTemplateContainerArgs
        {
            Image = $"{context.Accounts.Images}/{Definition.Image}:{settings.Version}",
            Args = { "train" },
            Resources = new JobTemplateTemplateContainerResourcesArgs
            {
                Limits =
                {
                    ["cpu"] = Math.Max(2, Sizes.CoresFor(memory)).ToString(CultureInfo.InvariantCulture),
                    ["memory"] = FormattableString.Invariant($"{memory}Gi"),
                },
            },
        };
        foreach (var (name, value) in Functions.FunctionSettings.Of(Definition, settings.Home, account, context)) Add(name, value);
        Add("Training__MaxTracks", settings.ModelTracks.ToString(CultureInfo.InvariantCulture));
        Add("Training__MaxInteractions", settings.TrainingInteractions.ToString(CultureInfo.InvariantCulture));
        Add("Warehouse__MaxQueryBytes", MaxQueryBytes.ToString(CultureInfo.InvariantCulture));
        if (settings.BigQueryMlSlots > 0) Add("Training__BigQueryMl", "true");
        Add("Warehouse__QueryDeadline", settings.BigQueryMlSlots > 0 ? "10:00:00" : "01:00:00");
        return container;

        void Add(string name, Input<string> value) =>
            container.Envs.Add(new JobTemplateTemplateContainerEnvArgs { Name = name, Value = value });
    }

    // Slots are added while a query needs them, and billed by the second.
    private void DeclareReservation(StackSettings settings)
    {
        var reservation = new Gcp.BigQuery.Reservation(
            "bigquery-ml",
            new()
            {
                Name = "bigquery-ml",
                Location = settings.Home,
                // Matrix factorization requires this edition.
                Edition = "ENTERPRISE",
                SlotCapacity = 0,
                Autoscale = new ReservationAutoscaleArgs { MaxSlots = settings.BigQueryMlSlots },
            },
            Own);
        _ = new Gcp.BigQuery.ReservationAssignment(
            "bigquery-ml", new() { Assignee = $"projects/{settings.Project}", JobType = "QUERY", Reservation = reservation.Id }, Own);
    }
}
