namespace RagPy.Core.Projects;

/// <summary>An upload that is not taken; nothing of it is kept. The message says why and what to do, and names no path of this machine.</summary>
public sealed class UploadRefusedException(UploadRefusal refusal, string message, Exception? inner = null) : Exception(message, inner)
{
    public UploadRefusal Refusal { get; } = refusal;
}
