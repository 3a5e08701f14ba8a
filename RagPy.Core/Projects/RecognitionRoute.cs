namespace RagPy.Core.Projects;

/// <summary>Where pages without a usable text layer go.</summary>
/// <param name="Choice">What was chosen, by the project or by the server's settings.</param>
/// <param name="ReadsAll">Pages with a good text layer go there too.</param>
/// <param name="Engines">Names of the engines that are set up, in the order in which they are tried; empty when there is none.</param>
/// <param name="LeavesHouse">Some of these engines are a provider's: pages are sent to it.</param>
/// <param name="Problem">Why there is no engine, and how to get one; null when there is one.</param>
public sealed record RecognitionRoute(string Choice, bool ReadsAll, IReadOnlyList<string> Engines, bool LeavesHouse, string? Problem);
