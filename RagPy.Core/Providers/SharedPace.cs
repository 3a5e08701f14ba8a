namespace RagPy.Core.Providers;

/// <summary>What a process learns from the others about a provider's pace.</summary>
/// <param name="Rate">Calls a second that it is to make from now on.</param>
/// <param name="IsNew">The others do not know of it yet: it waits until they have made room.</param>
internal readonly record struct SharedPace(double Rate, bool IsNew);
