namespace Spotify.Domain.Ports;

/// <summary>The state of a training job.</summary>
public enum TrainingJobState
{
    /// <summary>The job waits or runs.</summary>
    Running,

    /// <summary>The job ended without an error.</summary>
    Succeeded,

    /// <summary>The job failed, was canceled, or took too long.</summary>
    Failed,
}

/// <summary>The jobs of trainings outside of the function: a Cloud Run job in the cloud, a process on one machine.</summary>
public interface ITrainingJobs
{
    /// <summary>Starts the training of a run. Returns once it is started, not once it has ended.</summary>
    /// <param name="run">The name of the run.</param>
    /// <param name="ct">Cancels the call. The training may have been started.</param>
    /// <exception cref="IOException">The training could not be started, or it is unknown whether it was.</exception>
    Task StartAsync(string run, CancellationToken ct);

    /// <summary>Returns the state of the training of a run; null if none is known.</summary>
    /// <exception cref="IOException">The state is unknown.</exception>
    Task<TrainingJobState?> FindAsync(string run, CancellationToken ct);
}
