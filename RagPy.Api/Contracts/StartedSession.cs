namespace RagPy.Api.Contracts;

/// <summary>A session that was brought in, and the task that works on it.</summary>
internal sealed record StartedSession(SessionView Session, TaskView Task);
