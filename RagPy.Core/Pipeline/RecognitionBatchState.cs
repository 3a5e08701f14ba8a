namespace RagPy.Core.Pipeline;

/// <summary>How far a batch has come. The number is stored.</summary>
public enum RecognitionBatchState
{
    /// <summary>Its files are being uploaded; nothing is bought yet.</summary>
    Uploading = 1,

    /// <summary>The job is being made; whether it is there must be asked before it is made again.</summary>
    Creating = 2,

    /// <summary>The job is there.</summary>
    Running = 3,

    /// <summary>Everything is stored; the provider still has files of ours.</summary>
    Cleaning = 4,

    Ended = 5,
}
