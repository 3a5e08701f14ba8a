namespace RagPy.Api.Pages.Data;

/// <summary>What goes on in a project.</summary>
/// <param name="Last">When a task was last begun or ended.</param>
/// <param name="OpenTasks">Tasks that have not ended.</param>
internal sealed record ProjectActivity(DateTimeOffset Last, int OpenTasks);
