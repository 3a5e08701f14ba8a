namespace RagPy.Api.Contracts;

/// <summary>A session that was brought in, and the task that works on it; null when it waits to be started.</summary>
internal sealed record StartedSession(SessionView Session, TaskView? Task);
