// A deployment is one per process, and its configuration is in the environment.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
