// Pulumi allows one deployment per process and reads its configuration from environment variables.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
